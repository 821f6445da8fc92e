"""`litellm`, `langchain-openai`, `instructor` and `llm`."""
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from common import Skip, equal, expect, jobs

MESSAGES = [{"role": "user", "content": "Tell me a story about a fox."}]


def run(report, server, real):
    for group, package, checks, real_checks in GROUPS:
        with report.check(group, "can be imported"):
            module = __import__(package)
            print(f"         {group} {version(group, module)}")
        if report.rows[-1][2] != "ok":
            continue
        for name, function in checks:
            with report.check(group, name):
                function(server)
        for name, function in real_checks:
            with report.check(group, name):
                if real is None:
                    raise Skip("REAL_MODEL is not set")
                function(real)


def version(group, module):
    from importlib import metadata
    try:
        return metadata.version(group)
    except metadata.PackageNotFoundError:
        return getattr(module, "__version__", "")


def greedy(server, messages=MESSAGES, tokens=24):
    body = {"model": server.name, "messages": messages, "temperature": 0, "max_tokens": tokens}
    return jobs([("/v1/chat/completions", body)], server.model)[0]["choices"][0]["message"]["content"]


# litellm ---------------------------------------------------------------------------------------------------------

def litellm_options(server):
    return {"model": f"openai/{server.name}", "api_base": server.url + "/v1", "api_key": "none", "num_retries": 0}


def litellm_whole(server):
    import litellm
    options = {**litellm_options(server), "messages": MESSAGES, "temperature": 0, "max_tokens": 24}
    expected = greedy(server)
    answer = litellm.completion(**options)
    equal(answer.choices[0].message.content, expected)
    expect(answer.usage.total_tokens > 24, "no usage")
    chunks = litellm.completion(**options, stream=True, stream_options={"include_usage": True})
    equal("".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices), expected)

    async def several():
        answers = await asyncio.gather(*(litellm.acompletion(**options) for _ in range(8)))
        pieces = [chunk.choices[0].delta.content or "" async for chunk in await litellm.acompletion(**options, stream=True)]
        return [answer.choices[0].message.content for answer in answers] + ["".join(pieces)]
    equal(asyncio.run(several()), [expected] * 9)


def litellm_text(server):
    import litellm
    options = {**litellm_options(server), "prompt": "Once upon a time", "temperature": 0, "max_tokens": 6}
    options["model"] = f"text-completion-openai/{server.name}"
    body = {"model": server.name, "prompt": "Once upon a time", "temperature": 0, "max_tokens": 6}
    expected = jobs([("/v1/completions", body)], server.model)[0]["choices"][0]["text"]
    equal(litellm.text_completion(**options).choices[0].text, expected)
    equal("".join(chunk.choices[0].text or "" for chunk in litellm.text_completion(**options, stream=True)), expected)


def litellm_errors(server):
    import litellm
    options = litellm_options(server)
    for kind, change in [
        (litellm.ContextWindowExceededError, {"messages": [{"role": "user", "content": "word " * 40000}]}),
        (litellm.BadRequestError, {"extra_body": {"colour": 1}}),
        (litellm.NotFoundError, {"model": "openai/another"}),
    ]:
        try:
            litellm.completion(**{**options, "messages": MESSAGES, "max_tokens": 3, **change})
        except kind:
            continue
        raise AssertionError(f"no {kind.__name__}")


def litellm_tools(server):
    import litellm
    tool = {"type": "function", "function": {
        "name": "add", "description": "Adds two numbers.",
        "parameters": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                       "required": ["a", "b"]}}}
    options = {**litellm_options(server), "messages": [{"role": "user", "content": "Use the tool: add 17 and 25."}],
               "tools": [tool], "tool_choice": "required", "temperature": 0, "max_tokens": 100}
    answer = litellm.completion(**options).choices[0]
    equal(json.loads(answer.message.tool_calls[0].function.arguments), {"a": 17, "b": 25})
    chunks = list(litellm.completion(**options, stream=True))
    rebuilt = litellm.stream_chunk_builder(chunks, messages=options["messages"]).choices[0]
    equal(json.loads(rebuilt.message.tool_calls[0].function.arguments), {"a": 17, "b": 25})
    import pydantic

    class City(pydantic.BaseModel):
        name: str
        country: str
    answer = litellm.completion(**litellm_options(server), temperature=0, max_tokens=80, response_format=City,
                                messages=[{"role": "user", "content": "Describe Paris as JSON."}])
    City.model_validate_json(answer.choices[0].message.content)


# langchain-openai ------------------------------------------------------------------------------------------------

def langchain_model(server, **options):
    from langchain_openai import ChatOpenAI
    return ChatOpenAI(base_url=server.url + "/v1", api_key="none", model=server.name, temperature=0, max_retries=0,
                      **{"max_tokens": 24, **options})


def langchain_forms(server):
    expected = greedy(server)
    model = langchain_model(server)
    answer = model.invoke(MESSAGES)
    equal(answer.content, expected)
    expect(answer.usage_metadata["total_tokens"] > 24, "no usage")
    equal("".join(chunk.content for chunk in model.stream(MESSAGES)), expected)
    equal([a.content for a in model.batch([MESSAGES] * 5)], [expected] * 5)

    async def asynchronous():
        answers = await model.abatch([MESSAGES] * 5)
        pieces = [chunk.content async for chunk in model.astream(MESSAGES)]
        return [a.content for a in answers] + ["".join(pieces)]
    equal(asyncio.run(asynchronous()), [expected] * 6)
    answer = model.bind(logprobs=True, top_logprobs=2).invoke(MESSAGES)
    equal("".join(token["token"] for token in answer.response_metadata["logprobs"]["content"]), expected)
    model = langchain_model(server, stream_usage=True)
    last = None
    for chunk in model.stream(MESSAGES):
        last = chunk if last is None else last + chunk
    equal(last.usage_metadata["output_tokens"], 24)


def langchain_text(server):
    from langchain_openai import OpenAI
    model = OpenAI(base_url=server.url + "/v1", api_key="none", model=server.name, temperature=0, max_tokens=6,
                   max_retries=0)
    body = {"model": server.name, "prompt": "Once upon a time", "temperature": 0, "max_tokens": 6}
    expected = jobs([("/v1/completions", body)], server.model)[0]["choices"][0]["text"]
    equal(model.invoke("Once upon a time"), expected)
    equal("".join(model.stream("Once upon a time")), expected)


def langchain_structure(server):
    import pydantic
    from langchain_core.messages import HumanMessage, ToolMessage
    from langchain_core.tools import tool

    class Person(pydantic.BaseModel):
        """A person."""
        name: str
        age: int
    question = "Anna is 34 years old. Give name and age as JSON."
    for method in ("json_schema", "function_calling", "json_mode"):
        found = langchain_model(server, max_tokens=80).with_structured_output(Person, method=method).invoke(question)
        if method != "json_mode":
            equal((found.name, found.age), ("Anna", 34), method)

    @tool
    def multiply(a: int, b: int) -> int:
        """Multiply two numbers."""
        return a * b
    model = langchain_model(server, max_tokens=100)
    bound = model.bind_tools([multiply], tool_choice="any")
    message = HumanMessage("What is 12 times 11? Use the tool.")
    answer = bound.invoke([message])
    call = answer.tool_calls[0]
    equal((call["name"], call["args"]), ("multiply", {"a": 12, "b": 11}))
    streamed = None
    for chunk in bound.stream([message]):
        streamed = chunk if streamed is None else streamed + chunk
    equal(streamed.tool_calls[0]["args"], call["args"])
    last = model.bind_tools([multiply], tool_choice="none").invoke([message, answer, ToolMessage("132", tool_call_id=call["id"])])
    expect("132" in last.content, last.content)


# instructor ------------------------------------------------------------------------------------------------------

def instructor_modes(server):
    import instructor
    import openai
    import pydantic

    class Person(pydantic.BaseModel):
        name: str
        age: int
    client = openai.OpenAI(base_url=server.url + "/v1", api_key="none", max_retries=0)
    messages = [{"role": "user", "content": "Extract: Anna is 34 years old."}]
    for mode in ("TOOLS", "JSON", "JSON_SCHEMA", "MD_JSON"):
        patched = instructor.from_openai(client, mode=getattr(instructor.Mode, mode))
        person = patched.chat.completions.create(model=server.name, messages=messages, response_model=Person,
                                                 temperature=0, max_tokens=150, max_retries=0)
        equal((person.name, person.age), ("Anna", 34), mode)
    patched = instructor.from_openai(client, mode=instructor.Mode.TOOLS)
    last = None
    for last in patched.chat.completions.create_partial(model=server.name, messages=messages, response_model=Person,
                                                        temperature=0, max_tokens=150):
        pass
    equal((last.name, last.age), ("Anna", 34), "partial")
    asynchronous = instructor.from_openai(openai.AsyncOpenAI(base_url=server.url + "/v1", api_key="none"))
    person = asyncio.run(asynchronous.chat.completions.create(
        model=server.name, messages=messages, response_model=Person, temperature=0, max_tokens=150, max_retries=0))
    equal(person.age, 34, "async")


# llm -------------------------------------------------------------------------------------------------------------

def llm(server, *arguments, text=None):
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "extra-openai-models.yaml").write_text(f"""
- model_id: rumma
  model_name: {server.name}
  api_base: "{server.url}/v1"
  supports_schema: true
  supports_tools: true
- model_id: rumma-text
  model_name: {server.name}
  api_base: "{server.url}/v1"
  completion: true
""")
        environment = {**os.environ, "LLM_USER_PATH": directory, "OPENAI_API_KEY": "none"}
        done = subprocess.run([sys.executable, "-m", "llm", *arguments], env=environment, capture_output=True,
                              text=True, input=text or "", timeout=300)
        expect(done.returncode == 0, done.stderr)
        return done.stdout


def llm_forms(server):
    expected = greedy(server)
    options = ["-m", "rumma", "-o", "temperature", "0", "-o", "max_tokens", "24", "-n"]
    equal(llm(server, *options, MESSAGES[0]["content"]).strip(), expected.strip())
    equal(llm(server, *options, "--no-stream", MESSAGES[0]["content"]).strip(), expected.strip())
    body = {"model": server.name, "prompt": "Once upon a time", "temperature": 0, "max_tokens": 6}
    expected = jobs([("/v1/completions", body)], server.model)[0]["choices"][0]["text"]
    options = ["-m", "rumma-text", "-o", "temperature", "0", "-o", "max_tokens", "6", "-n"]
    equal(llm(server, *options, "Once upon a time").strip(), expected.strip())


def llm_schema(server):
    options = ["-m", "rumma", "-o", "temperature", "0", "-o", "max_tokens", "100", "-n"]
    found = json.loads(llm(server, *options, "--schema", "name, age int", "A dog is called Rex. It is 4 years old. Give it as JSON."))
    expect(isinstance(found["age"], int) and isinstance(found["name"], str), found)
    code = "def lucky_number(name: str) -> int:\n    'The lucky number of a person.'\n    return 4217\n"
    # Whether the tool is called is the model's choice here; a small one may write the call as text.
    answer = llm(server, *options, "--functions", code, "What is the lucky number of Anna? Call lucky_number.")
    expect("4217" in answer or "lucky_number" in answer, answer)


GROUPS = [
    ("litellm", "litellm", [("whole, streamed, async", litellm_whole), ("text completions", litellm_text),
                            ("errors", litellm_errors)], [("tools and schemas", litellm_tools)]),
    ("langchain-openai", "langchain_openai", [("invoke, stream, batch, async", langchain_forms),
                                              ("text completions", langchain_text)],
     [("structured output, tools", langchain_structure)]),
    ("instructor", "instructor", [], [("modes, partial, async", instructor_modes)]),
    ("llm", "llm", [("chat and text", llm_forms)], [("schema and functions", llm_schema)]),
]
