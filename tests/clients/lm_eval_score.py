#!/usr/bin/env python3
"""lm-eval against `rumma serve`, compared with transformers on the dequantized weights: see README.md.

    REAL_MODEL=DIR python3 lm_eval_score.py [--arithmetic f32] [--questions 160] [--out FILE] [--reference FILE]

The multiple-choice task is made here, because its data must not need a network. transformers and torch may be those of
another interpreter, REFERENCE_PYTHON; without them the comparison is skipped.
"""
import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from common import REAL_MODEL, ROOT, Report, Server, Skip, equal, expect

CAPITALS = """France Paris, Italy Rome, Spain Madrid, Germany Berlin, Japan Tokyo, China Beijing, Russia Moscow, Egypt Cairo,
Kenya Nairobi, Norway Oslo, Sweden Stockholm, Finland Helsinki, Denmark Copenhagen, Poland Warsaw, Austria Vienna,
Hungary Budapest, Greece Athens, Portugal Lisbon, Ireland Dublin, Iceland Reykjavik, Turkey Ankara, Iran Tehran,
Iraq Baghdad, Cuba Havana, Peru Lima, Chile Santiago, Canada Ottawa, Australia Canberra, India Delhi, Thailand Bangkok,
Vietnam Hanoi, Indonesia Jakarta, Nepal Kathmandu, Belgium Brussels, Bulgaria Sofia, Romania Bucharest, Serbia Belgrade,
Croatia Zagreb, Ukraine Kyiv, Latvia Riga, Morocco Rabat, Ghana Accra, Nigeria Abuja, Angola Luanda, Senegal Dakar"""
OPPOSITES = """hot cold, big small, up down, left right, open closed, day night, black white, fast slow, young old, rich poor,
happy sad, early late, full empty, heavy light, high low, inside outside, strong weak, true false, wet dry, wide narrow,
good bad, loud quiet, hard soft, near far, first last, buy sell, push pull, win lose, begin end, love hate"""
SYMBOLS = """hydrogen H, oxygen O, carbon C, nitrogen N, helium He, iron Fe, gold Au, silver Ag, copper Cu, sodium Na,
potassium K, calcium Ca, lead Pb, tin Sn, zinc Zn, neon Ne, chlorine Cl, sulfur S, mercury Hg, aluminium Al"""
CODE = """sort list.sort(), append list.append(x), length len(x), print print(x), absolute-value abs(x), maximum max(x),
minimum min(x), sum sum(x), type type(x), range range(n), uppercase s.upper(), lowercase s.lower(), split s.split(),
strip s.strip(), reversed reversed(x), open-a-file open(path), round round(x), sorted-copy sorted(x)"""


def pairs(text):
    return [tuple(pair.split()) for pair in text.replace("\n", " ").split(", ")]


def questions(count):
    """Questions with four choices, each with its own leading space."""
    rng = random.Random(19)
    found = []

    def ask(question, right, others):
        choices = [right, *rng.sample([other for other in others if other != right], 3)]
        rng.shuffle(choices)
        found.append({"question": question, "choices": [" " + c for c in choices], "answer": choices.index(right)})

    for template, table in [("The capital of {} is", CAPITALS), ("The opposite of \"{}\" is", OPPOSITES),
                            ("The chemical symbol of {} is", SYMBOLS), ("# Python: {}\n>>>", CODE)]:
        table = pairs(table)
        for key, value in table:
            ask(template.format(key), value, [v for _, v in table])
    for _ in range(47):
        a, b = rng.randrange(2, 60), rng.randrange(2, 40)
        sign, value = rng.choice([("+", a + b), ("-", a - b), ("*", a * b)])
        ask(f"Question: What is {a} {sign} {b}?\nAnswer:", str(value), [str(value + d) for d in (-11, -10, -2, -1, 1, 2, 9, 10)])
    rng.shuffle(found)
    return found[:count]


CHOICE_TASK = """task: local_choices
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: "{{{{choices}}}}"
doc_to_target: "{{{{answer}}}}"
target_delimiter: ""
metric_list:
  - metric: acc
  - metric: acc_norm
"""
CHAT_TASK = """task: local_chat
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
test_split: test
output_type: generate_until
doc_to_text: "Complete with one word or number, and nothing else: {{{{question}}}}"
doc_to_target: "{{{{choices[answer] | trim}}}}"
generation_kwargs:
  until: ["\\n"]
  max_gen_toks: 12
metric_list:
  - metric: exact_match
    ignore_case: true
    ignore_punctuation: true
"""


def evaluate(directory, task, server, kind, arguments, *options):
    """Runs lm-eval's command; returns its samples."""
    path = "chat/completions" if "chat" in kind else "completions"
    model_args = {"model": server.name, "base_url": f"{server.url}/v1/{path}", "num_concurrent": 8, "max_retries": 1,
                  **arguments}
    model_args = ",".join(f"{key}={value}" for key, value in model_args.items())
    out = directory / f"out-{task}-{len(list(directory.iterdir()))}"
    command = [sys.executable, "-m", "lm_eval", "--model", kind, "--model_args", model_args, "--tasks", task,
               "--include_path", str(directory), "--log_samples", "--output_path", str(out), *options]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(directory / "hf"),
                   "TOKENIZERS_PARALLELISM": "false", "NO_PROXY": "*"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    expect(done.returncode == 0, done.stderr[-3000:])
    print("\n".join(line for line in done.stdout.splitlines() if line.startswith("|")))
    samples = next(out.rglob(f"samples_{task}*.jsonl"))
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    return sorted(lines, key=lambda sample: sample["doc_id"])


def choices_of(samples):
    """[[(logprob, is_greedy), ...], ...] of a multiple-choice task."""
    def pair(response):
        logprob, greedy = response[0]
        return float(logprob), str(greedy) == "True"
    return [[pair(response) for response in sample["resps"]] for sample in samples]


REFERENCE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import torch
from pathlib import Path
from reference import load
model, tokenizer = load(Path(sys.argv[2]))
answers = []
encode = lambda text: tokenizer(text, add_special_tokens=False)["input_ids"]
with torch.no_grad():
    for question in map(json.loads, open(sys.argv[3], encoding="utf-8")):
        start = len(encode(question["question"]))
        sequences = [encode(question["question"] + choice) for choice in question["choices"]]
        longest = max(map(len, sequences))
        # Tokens after a sequence do not change the ones before.
        padded = torch.tensor([ids + [0] * (longest - len(ids)) for ids in sequences])
        logits = model(padded, logits_to_keep=longest - start + 1).logits.double()
        of_question = []
        for row, ids in zip(torch.log_softmax(logits, -1), sequences):
            target = torch.tensor(ids[start:])
            row = row[:len(target)]
            chosen = row.gather(1, target[:, None])[:, 0]
            of_question.append([float(chosen.sum()), bool((row.argmax(-1) == target).all())])
        answers.append(of_question)
json.dump(answers, open(sys.argv[4], "w"))
"""


def reference(data, directory, file):
    if file and Path(file).exists():
        return json.loads(Path(file).read_text())
    python = os.environ.get("REFERENCE_PYTHON", sys.executable)
    if subprocess.run([python, "-c", "import torch, transformers, safetensors"], capture_output=True).returncode != 0:
        raise Skip("torch, transformers or safetensors is missing (REFERENCE_PYTHON names an interpreter with them)")
    out = Path(file or directory / "reference.json")
    command = [python, "-c", REFERENCE, str(ROOT / "fixtures/real-model"), REAL_MODEL, str(data), str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    expect(done.returncode == 0, done.stderr[-3000:])
    return json.loads(out.read_text())


def best(choices, lengths=None):
    scores = [choice[0] / (lengths[i] if lengths else 1) for i, choice in enumerate(choices)]
    return scores.index(max(scores))


def compare(asked, found, expected, out):
    pairs = [(f, e) for fs, es in zip(found, expected) for f, e in zip(fs, es)]
    largest = max(abs(f[0] - e[0]) for f, e in pairs)
    greedy = sum(f[1] == e[1] for f, e in pairs) / len(pairs)
    same = sum(best(f) == best(e) for f, e in zip(found, expected)) / len(found)
    lengths = [[len(c) for c in q["choices"]] for q in asked]
    same_norm = sum(best(f, n) == best(e, n) for f, e, n in zip(found, expected, lengths)) / len(found)
    accuracy = [sum(best(c) == q["answer"] for c, q in zip(side, asked)) / len(asked) for side in (found, expected)]
    figures = {"questions": len(asked), "choices": len(pairs), "largest_logprob_difference": largest,
               "equal_choices": same, "equal_choices_by_length": same_norm, "equal_greedy_flags": greedy,
               "accuracy": accuracy[0], "accuracy_of_transformers": accuracy[1]}
    print(json.dumps(figures, indent=1))
    if out:
        Path(out).write_text(json.dumps({**figures, "found": found, "expected": expected}) + "\n")
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arithmetic", default="f32")
    parser.add_argument("--questions", type=int, default=160)
    parser.add_argument("--out", help="a file for the figures and all results")
    parser.add_argument("--reference", help="a file that keeps the results of transformers for the next run")
    options = parser.parse_args()
    report = Report()
    with report.check("lm-eval", "is installed, and REAL_MODEL is set"):
        if not REAL_MODEL:
            raise Skip("REAL_MODEL is not set")
        for package in ("lm_eval", "transformers", "datasets"):
            if importlib.util.find_spec(package) is None:
                raise Skip(f"the Python package {package} is missing")
    if report.rows[-1][2] != "ok":
        return report.exit_code()
    asked = questions(options.questions)
    with tempfile.TemporaryDirectory() as directory, Server(REAL_MODEL, "--arithmetic", options.arithmetic) as server:
        directory = Path(directory)
        data = directory / "questions.jsonl"
        data.write_text("".join(json.dumps(question) + "\n" for question in asked))
        (directory / "local_choices.yaml").write_text(CHOICE_TASK.format(data=data))
        (directory / "local_chat.yaml").write_text(CHAT_TASK.format(data=data))
        tokens = {"tokenizer": REAL_MODEL, "tokenizer_backend": "huggingface"}
        found = None
        with report.check("lm-eval", "local-completions: a multiple-choice task"):
            found = choices_of(evaluate(directory, "local_choices", server, "local-completions", tokens))
            equal(len(found), len(asked))
        with report.check("lm-eval", "choices equal those of transformers"):
            expect(found, "no results to compare with")
            figures = compare(asked, found, reference(data, directory, options.reference), options.out)
            if options.arithmetic == "f32":
                expect(min(figures["equal_choices"], figures["equal_choices_by_length"]) >= 0.99, "less than 99 %")
                expect(figures["equal_greedy_flags"] >= 0.99, "less than 99 % of the greedy flags")
        with report.check("lm-eval", "local-completions: batches and texts have the same results"):
            expect(found, "no results to compare with")
            few = ["--limit", "8"]
            batches = evaluate(directory, "local_choices", server, "local-completions", tokens, *few, "--batch_size", "4")
            equal(choices_of(batches), found[:8])
            texts = {**tokens, "tokenized_requests": False}
            equal(choices_of(evaluate(directory, "local_choices", server, "local-completions", texts, *few)), found[:8])
        with report.check("lm-eval", "local-completions: generation"):
            samples = evaluate(directory, "local_chat", server, "local-completions", tokens, "--limit", "8")
            expect(all(isinstance(sample["resps"][0][0], str) for sample in samples), "no text")
        with report.check("lm-eval", "local-chat-completions: generation"):
            samples = evaluate(directory, "local_chat", server, "local-chat-completions", {}, "--limit", "16",
                               "--apply_chat_template")
            right = sum(sample["exact_match"] for sample in samples)
            expect(right >= 4, f"{right} of 16 answers are right")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
