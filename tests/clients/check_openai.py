"""The `openai` package, versions 2 and 3: sync, async, streamed, with its helpers for schemas, tools and streams."""
import asyncio
import json
import tempfile
from pathlib import Path

from common import REAL_MODEL, Server, Skip, equal, essence, expect, jobs

MESSAGES = [{"role": "user", "content": "Tell me a story about a fox."}]
CHAT = {"messages": MESSAGES, "temperature": 0, "max_tokens": 24}


def client_of(server, **options):
    import openai
    return openai.OpenAI(base_url=server.url + "/v1", api_key="none", **{"max_retries": 0, **options})


def async_client_of(server, **options):
    import openai
    return openai.AsyncOpenAI(base_url=server.url + "/v1", api_key="none", **{"max_retries": 0, **options})


def run(report, server, real):
    try:
        import openai
    except ModuleNotFoundError:
        with report.check("openai", "all"):
            raise
        return
    group = f"openai {openai.__version__}"
    client = client_of(server)
    for name, function in CHECKS:
        with report.check(group, name):
            function(client, server)
    for name, function in REAL_CHECKS:
        with report.check(group, name):
            if real is None:
                raise Skip("REAL_MODEL is not set")
            function(client_of(real), real)


def text_of(stream, index=0):
    pieces = []
    for chunk in stream:
        pieces += [choice.delta.content or "" for choice in chunk.choices if choice.index == index]
    return "".join(pieces)


def models(client, server):
    import openai
    listed = list(client.models.list())
    equal([model.id for model in listed], [server.name])
    equal(client.models.retrieve(server.name).id, server.name)
    try:
        client.models.retrieve("another")
        raise AssertionError("another model was found")
    except openai.NotFoundError as error:
        equal((error.status_code, error.code), (404, "model_not_found"))


def whole_answers(client, server):
    bodies = [
        ("/v1/chat/completions", {"model": server.name, **CHAT}),
        ("/v1/chat/completions", {"model": server.name, **CHAT, "temperature": 0.9, "top_p": 0.8, "seed": 5, "n": 3}),
        ("/v1/chat/completions", {"model": server.name, **CHAT, "logprobs": True, "top_logprobs": 3}),
        ("/v1/chat/completions", {"model": server.name, **CHAT, "stop": [" fox", "."], "presence_penalty": 0.5,
                                  "frequency_penalty": 0.25, "user": "someone"}),
        ("/v1/completions", {"model": server.name, "prompt": "Once upon", "max_tokens": 9, "temperature": 0}),
        ("/v1/completions", {"model": server.name, "prompt": ["Once", "There was"], "max_tokens": 7, "seed": 3, "n": 2,
                             "logprobs": 2}),
        ("/v1/completions", {"model": server.name, "prompt": [[11, 12, 13], [20]], "max_tokens": 5, "temperature": 0}),
    ]
    for (path, body), expected in zip(bodies, jobs(bodies)):
        create = client.chat.completions if path.endswith("chat/completions") else client.completions
        answer = json.loads(create.with_raw_response.create(**body).text)
        equal(essence(answer), essence(expected), str(body))


def asynchronous(_, server):
    body = {"model": server.name, **CHAT, "temperature": 1}
    expected = jobs([("/v1/chat/completions", {**body, "seed": seed}) for seed in range(24)])

    async def all_of_them():
        async with async_client_of(server) as client:
            answers = await asyncio.gather(*(client.chat.completions.create(**body, seed=seed) for seed in range(24)))
            stream = await client.chat.completions.create(**body, seed=3, stream=True)
            streamed = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
            return [answer.choices[0].message.content for answer in answers], streamed

    answers, streamed = asyncio.run(all_of_them())
    equal(answers, [answer["choices"][0]["message"]["content"] for answer in expected])
    equal(streamed, answers[3])


def streams(client, server):
    body = {"model": server.name, **CHAT, "n": 2, "temperature": 0.8, "seed": 9}
    whole = client.chat.completions.create(**body)
    for index in range(2):
        equal(text_of(client.chat.completions.create(**body, stream=True), index), whole.choices[index].message.content)
    chunks = list(client.chat.completions.create(**body, stream=True, stream_options={"include_usage": True}))
    equal(chunks[-1].usage.total_tokens, whole.usage.total_tokens)
    expect(not chunks[-1].choices, "the chunk of usage has choices")
    expect(all(chunk.usage is None for chunk in chunks[:-1]), "usage before the last chunk")
    reasons = [c.finish_reason for chunk in chunks for c in chunk.choices if c.finish_reason]
    equal(len(reasons), 2)
    expect(all(c.usage is None for c in client.chat.completions.create(**body, stream=True)), "usage was not asked for")
    body = {"model": server.name, "prompt": ["Once", "There"], "max_tokens": 9, "temperature": 0, "logprobs": 1}
    whole = client.completions.create(**body)
    chunks = list(client.completions.create(**body, stream=True))
    for index, choice in enumerate(whole.choices):
        mine = [c for chunk in chunks for c in chunk.choices if c.index == index]
        equal("".join(c.text for c in mine), choice.text)
        tokens = [token for c in mine if c.logprobs for token in c.logprobs.tokens]
        equal(tokens, choice.logprobs.tokens)
        offsets = [offset for c in mine if c.logprobs for offset in c.logprobs.text_offset]
        equal(offsets, choice.logprobs.text_offset)


def stream_helper(client, server):
    # The helper raises an exception if an answer is cut off.
    body = {"model": server.name, **CHAT, "max_tokens": 200, "stop": ["."], "logprobs": True, "top_logprobs": 2}
    whole = client.chat.completions.create(**body)
    with client.chat.completions.stream(**body, stream_options={"include_usage": True}) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    kinds = {event.type for event in events}
    expect({"chunk", "content.delta", "content.done"} <= kinds, f"events {kinds}")
    equal("".join(event.delta for event in events if event.type == "content.delta"), whole.choices[0].message.content)
    equal(final.choices[0].message.content, whole.choices[0].message.content)
    equal(final.choices[0].finish_reason, whole.choices[0].finish_reason)
    equal(final.usage.total_tokens, whole.usage.total_tokens)
    logprobs = [(token.token, token.logprob) for token in whole.choices[0].logprobs.content]
    equal([(token.token, token.logprob) for token in final.choices[0].logprobs.content], logprobs)


def raw_responses(client, server):
    raw = client.chat.completions.with_raw_response.create(model=server.name, **CHAT,
                                                           extra_headers={"x-request-id": "mine-1"})
    equal(raw.headers["x-request-id"], "mine-1")
    equal(raw.headers["content-type"], "application/json")
    answer = raw.parse()
    expect(answer.system_fingerprint.startswith("fp_"), "no fingerprint")
    answer = client.chat.completions.create(model=server.name, **CHAT)
    expect(answer._request_id, "no x-request-id")
    with client.chat.completions.with_streaming_response.create(model=server.name, **CHAT, stream=True) as response:
        lines = [line for line in response.iter_lines() if line]
        expect(response.headers["content-type"].startswith("text/event-stream"), response.headers["content-type"])
    equal(lines[-1], "data: [DONE]")


def more_settings(client, server):
    extra = {"top_k": 5, "min_p": 0.05, "repetition_penalty": 1.1, "min_tokens": 3, "ignore_eos": True}
    body = {"model": server.name, "messages": MESSAGES, "max_completion_tokens": 12, "seed": 4}
    expected = jobs([("/v1/chat/completions", {**body, **extra})])[0]
    answer = json.loads(client.chat.completions.with_raw_response.create(**body, extra_body=extra).text)
    equal(essence(answer), essence(expected))


def logit_bias(client, server):
    banned = client.chat.completions.create(model=server.name, **CHAT, logprobs=True)
    token = server.post("/tokenize", {"prompt": banned.choices[0].logprobs.content[0].token})[1]["tokens"][0]
    answer = client.chat.completions.create(model=server.name, **CHAT, logprobs=True, logit_bias={str(token): -100})
    expect(answer.choices[0].logprobs.content[0].token != banned.choices[0].logprobs.content[0].token, "not banned")


def echo(client, server):
    body = {"model": server.name, "prompt": "Once upon a time", "max_tokens": 4, "temperature": 0, "logprobs": 3}
    plain = client.completions.create(**body)
    both = client.completions.create(**body, echo=True).choices[0]
    equal(both.text, body["prompt"] + plain.choices[0].text)
    equal(both.logprobs.token_logprobs[0], None)
    equal("".join(both.logprobs.tokens), both.text)
    equal(both.logprobs.tokens[-4:], plain.choices[0].logprobs.tokens)
    equal(both.logprobs.token_logprobs[-4:], plain.choices[0].logprobs.token_logprobs)
    for offset, token in zip(both.logprobs.text_offset, both.logprobs.tokens):
        equal(both.text[offset:offset + len(token)], token)
    only = client.completions.create(**{**body, "max_tokens": 0}, echo=True)
    equal(only.choices[0].text, body["prompt"])
    count = len(only.choices[0].logprobs.tokens)
    equal(only.choices[0].logprobs.token_logprobs, both.logprobs.token_logprobs[:count])
    equal((only.usage.prompt_tokens, only.usage.completion_tokens), (count, 0))
    ids = server.post("/tokenize", {"prompt": body["prompt"]})[1]["tokens"]
    by_ids = client.completions.create(**{**body, "prompt": [ids]}, echo=True).choices[0]
    equal(by_ids.logprobs.model_dump(), both.logprobs.model_dump())
    streamed = list(client.completions.create(**body, echo=True, stream=True))
    equal("".join(c.text for chunk in streamed for c in chunk.choices), both.text)


def errors(client, server):
    import openai

    def refused(kind, code, param, **body):
        try:
            client.chat.completions.create(**{"model": server.name, **CHAT, **body})
        except kind as error:
            equal((error.code, error.param), (code, param), str(body)[:200])
            expect(error.message and error.body["message"], "no message")
            return error
        raise AssertionError(f"accepted: {body}")

    refused(openai.BadRequestError, "unknown_field", "colour", extra_body={"colour": "red"})
    refused(openai.BadRequestError, "invalid_value", "temperature", temperature=-1)
    refused(openai.BadRequestError, "unsupported_value", "modalities", modalities=["audio"])
    refused(openai.BadRequestError, "invalid_value", "top_logprobs", top_logprobs=3)
    refused(openai.NotFoundError, "model_not_found", "model", model="gpt-5")
    long = [{"role": "user", "content": "word " * 40000}]
    error = refused(openai.BadRequestError, "context_length_exceeded", "messages", messages=long)
    expect(sum(c.isdigit() for c in str(error)) >= 4, f"no numbers in {error}")


def timeouts(client, server):
    import openai
    before = server.metrics()["rumma_requests_cancelled_total"]
    try:
        client.with_options(timeout=0.05).chat.completions.create(
            model=server.name, messages=MESSAGES, n=64, max_tokens=400, extra_body={"ignore_eos": True})
        raise AssertionError("there was no timeout")
    except openai.APITimeoutError:
        pass
    metrics = server.wait_until_idle()
    expect(metrics["rumma_requests_cancelled_total"] > before, "the request was not cancelled")
    equal(metrics['rumma_kv_blocks{state="used"}'], 0)
    # A stream that the client leaves.
    with client.chat.completions.create(model=server.name, messages=MESSAGES, n=64, max_tokens=400, stream=True,
                                        extra_body={"ignore_eos": True}) as stream:
        for _ in stream:
            break
    server.wait_until_idle()
    equal(server.metrics()["rumma_requests_cancelled_total"], before + 2)


def full_queue(_, __):
    import openai
    body = {"messages": MESSAGES, "n": 64, "max_tokens": 400, "extra_body": {"ignore_eos": True}}
    with Server(None, "--parallel", "1", "--queue", "0") as server:
        client = client_of(server)
        stream = client.chat.completions.create(model=server.name, **body, stream=True)
        next(iter(stream))
        try:
            client.chat.completions.create(model=server.name, **CHAT)
            raise AssertionError("the queue is not full")
        except openai.RateLimitError as error:
            expect(int(error.response.headers["retry-after"]) >= 1, "no Retry-After")
            equal(error.code, "queue_full")

        async def patient():
            async with async_client_of(server, max_retries=5) as client:
                waiting = asyncio.create_task(client.chat.completions.create(model=server.name, **CHAT))
                await asyncio.sleep(0.5)
                stream.close()
                return await waiting
        expect(asyncio.run(patient()).choices[0].message.content, "no answer after the retry")


def keys(_, __):
    import openai
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "keys"
        file.write_text("# of a team\nsecret\n")
        with Server(None, "--api-key-file", str(file)) as server:
            try:
                list(client_of(server).models.list())
                raise AssertionError("a wrong key was accepted")
            except openai.AuthenticationError as error:
                equal((error.status_code, error.code), (401, "invalid_api_key"))
            client = openai.OpenAI(base_url=server.url + "/v1", api_key="secret")
            expect(client.chat.completions.create(model=server.name, **CHAT).choices, "no answer")


def schema_form(client, server):
    """The storyteller does not understand the schema; its answer follows it all the same."""
    schema = {"type": "object", "properties": {"tame": {"type": "boolean"}, "legs": {"enum": [2, 4]}},
              "required": ["tame", "legs"], "additionalProperties": False}
    form = {"type": "json_schema", "json_schema": {"name": "animal", "schema": schema, "strict": True}}
    body = {"model": server.name, **CHAT, "max_tokens": 200, "response_format": form}
    answer = client.chat.completions.create(**body).choices[0]
    equal(answer.finish_reason, "stop")
    value = json.loads(answer.message.content)
    expect(isinstance(value["tame"], bool) and value["legs"] in (2, 4) and len(value) == 2, answer.message.content)
    equal(text_of(client.chat.completions.create(**body, stream=True)), answer.message.content)


def parse_helper(client, server):
    import pydantic

    class Person(pydantic.BaseModel):
        name: str
        age: int
        hobbies: list[str]

    messages = [{"role": "user", "content": "Anna is 34. She likes chess and swimming. Give it as JSON."}]
    body = {"model": server.name, "messages": messages, "temperature": 0, "max_tokens": 120}
    answer = client.chat.completions.parse(**body, response_format=Person).choices[0].message
    equal((answer.parsed.name, answer.parsed.age), ("Anna", 34))
    with client.chat.completions.stream(**body, response_format=Person) as stream:
        for _ in stream:
            pass
        streamed = stream.get_final_completion().choices[0].message
    equal(streamed.parsed, answer.parsed)
    plain = client.chat.completions.create(**body, response_format={"type": "json_object"})
    expect(isinstance(json.loads(plain.choices[0].message.content), dict), "not an object")


def tools(client, server):
    import openai
    import pydantic

    class GetWeather(pydantic.BaseModel):
        """Get the current weather of a city."""
        city: str
        unit: str = pydantic.Field(json_schema_extra={"enum": ["celsius", "fahrenheit"]})

    tool = openai.pydantic_function_tool(GetWeather, name="get_weather")
    messages = [{"role": "user", "content": "What is the weather in Paris, in celsius?"}]
    body = {"model": server.name, "messages": messages, "tools": [tool], "temperature": 0, "max_tokens": 120}
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}, "auto"):
        answer = client.chat.completions.parse(**body, tool_choice=choice).choices[0]
        equal(answer.finish_reason in ("tool_calls", "stop"), True, "finish_reason")
        calls = answer.message.tool_calls
        if not calls and choice == "auto":
            continue
        equal(calls[0].function.name, "get_weather", str(choice))
        arguments = calls[0].function.parsed_arguments
        equal(arguments.city, "Paris")
        with client.chat.completions.stream(**body, tool_choice=choice) as stream:
            kinds = {event.type for event in stream}
            final = stream.get_final_completion().choices[0]
        expect("tool_calls.function.arguments.done" in kinds, f"events {kinds}")
        equal(final.finish_reason, answer.finish_reason)
        equal(final.message.tool_calls[0].function.arguments, calls[0].function.arguments)
        back = [*messages, {"role": "assistant", "tool_calls": [
            {"id": calls[0].id, "type": "function",
             "function": {"name": "get_weather", "arguments": calls[0].function.arguments}}]},
            {"role": "tool", "tool_call_id": calls[0].id, "content": '{"temperature": 21, "sky": "clear"}'}]
        last = client.chat.completions.create(**{**body, "messages": back}, tool_choice="none")
        expect("21" in last.choices[0].message.content, last.choices[0].message.content)
    answer = client.chat.completions.create(**body, tool_choice="none").choices[0]
    expect(not answer.message.tool_calls and answer.message.content, "tool_choice none")


def sense(client, server):
    answer = client.completions.create(model=server.name, prompt="The capital of France is", max_tokens=3, temperature=0)
    expect("Paris" in answer.choices[0].text, answer.choices[0].text)
    answer = client.chat.completions.create(
        model=server.name, temperature=0, max_tokens=20,
        messages=[{"role": "system", "content": "You answer with one word."},
                  {"role": "user", "content": [{"type": "text", "text": "What is the capital of Italy?"}]}])
    expect("Rome" in answer.choices[0].message.content, answer.choices[0].message.content)
    again = client.chat.completions.create(
        model=server.name, temperature=0, max_tokens=20,
        messages=[{"role": "user", "content": "Word " * 200}])
    again = client.chat.completions.create(
        model=server.name, temperature=0, max_tokens=20,
        messages=[{"role": "user", "content": "Word " * 200}])
    expect(again.usage.prompt_tokens_details.cached_tokens > 0, "no token of the prompt was reused")


CHECKS = [
    ("models", models),
    ("answers equal those of decode", whole_answers),
    ("async, 24 at once", asynchronous),
    ("streams", streams),
    ("stream helper", stream_helper),
    ("raw and streaming responses", raw_responses),
    ("settings of other servers", more_settings),
    ("logit_bias", logit_bias),
    ("echo and logprobs of prompts", echo),
    ("errors", errors),
    ("timeouts and streams that are left", timeouts),
    ("retries when the queue is full", full_queue),
    ("API keys", keys),
    ("response_format with a schema", schema_form),
]
REAL_CHECKS = [
    ("sense, system messages, prefix reuse", sense),
    ("parse helper with pydantic", parse_helper),
    ("tools with pydantic", tools),
]
