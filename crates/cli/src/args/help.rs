//! The examples and notes under `--help`.

/// Under `standfirst --help`.
pub const MAIN: &str = "\
Examples:
  standfirst summarize articles/                  abstracts and tone of a folder
  standfirst summarize page.html --model lead,lexrank
  standfirst clean --diff story.txt               what the repair cut, where and why
  cat feed.jsonl | standfirst summarize - --format jsonl > abstracts.jsonl

Exit status:
  0  everything went well
  1  something was skipped, failed or was interrupted, or a check failed; the rest was done
  2  the run could not start, or not one of its inputs could be read

Results go to standard output, everything else to standard error. A closed pipe counts as success.

Environment:
  STANDFIRST_MODELS   folder that holds the downloaded models, instead of the user's cache
  STANDFIRST_CARDS    folder of further model cards, as --cards
  STANDFIRST_OFFLINE  any value but 0: never touch the network, as --offline
  STANDFIRST_STORE    folder that keeps results, as --store
  NO_COLOR            any value: no colour";

/// Under `standfirst summarize --help`.
pub const SUMMARIZE: &str = "\
Examples:
  standfirst summarize story.txt                        three sentences, and the tone
  standfirst summarize news/ --words 60 --format csv --out news.csv
  standfirst summarize news/ --style headline            or bullets, brief, social
  standfirst summarize 'archive/**/*.html' --model lead,lexrank,textrank
  standfirst summarize big.jsonl --format jsonl --no-timings --jobs 8
  curl -s URL | standfirst summarize - --input-format html

Formats:
  text      for reading: wrapped, coloured on a terminal, control characters made visible
  json      one array of results
  jsonl     one result a line (schema standfirst/1), written as soon as it is ready
  markdown  one section per article
  csv       one row per article and model. A cell of text that a spreadsheet would take for a
            formula (it begins with = + - or @) gets an apostrophe in front
  parquet   the same rows with their types, for dataframes, text as it is; into a file alone, which is made
            of lines of JSON when the run is whole

Every offset in json and jsonl is a byte offset into the UTF-8 text of the article as it was read
(for JSON Lines input: of its \"text\").

An article in a language that a model does not know has that as its error. This counts as a failure
unless it is only the tone, and --sentiment-model named no model.

Interrupting (Ctrl-C) finishes and writes what is in flight; a second time ends at once.";

/// Under `standfirst sentiment --help`.
pub const SENTIMENT: &str = "\
Examples:
  standfirst sentiment story.txt
  standfirst sentiment news/ --format csv
  standfirst sentiment comments.jsonl --format jsonl | jq .sentiment[0].score";

/// Under `standfirst check --help`.
pub fn check() -> String {
    format!("{CHECK}\n\nHow far to trust it: {}.", standfirst_text::faithfulness::measured(None))
}

/// The constant part of it.
const CHECK: &str = "\
Examples:
  standfirst check story.txt summary.txt          the verdict on every sentence, with the evidence
  standfirst check pairs.jsonl --format jsonl > findings.jsonl
  some-model < story.txt | standfirst check story.txt - --strict

Verdicts:
  copied       stands in the article, word for word
  supported    the article says it in other words
  stitched     its parts stand in the article, but not together; counts as not supported
  unsupported  the article does not say it
  contradicted the article says otherwise; only a model of entailment can tell

Flags: number, name, quote, negation, speaker say what differs from the article, and under \"findings\"
in json which words; dangling says that a pronoun or a connective points at nothing.

A sentence that makes several statements is judged by each, under \"parts\" in json, and is worth its worst.

With --check-model, sentences that are not the article's own are shown to a model of entailment, together
with the sentences of the article that have most to do with them.

A sentence of the summary ends at a stop or at the end of a line. Supported means: these spans of the
article seem to say so. The support of a summary is the mean over its sentences. Every offset is a byte
offset into the text of the article as it was read.";

/// Under `standfirst clean --help`.
pub const CLEAN: &str = "\
Examples:
  standfirst clean page.html > page.txt           the article alone
  standfirst clean --diff story.txt               kept and cut text, with reasons
  standfirst clean --format jsonl news/ | jq -c .cuts

In a diff, lines with '-' were cut, lines with '~' are headings: kept, but never part of a sentence.
The confidence says how sure the repair is; it is not a calibrated probability.";

/// Under `standfirst compare --help`.
pub const COMPARE: &str = "\
Examples:
  standfirst compare news/ --model lead --model lexrank --model centroid --page models.html
  standfirst compare news.jsonl -m lead,kl --format markdown --out models.md
  standfirst compare monday.jsonl tuesday.jsonl   what changed between two saved runs
  standfirst compare --votes votes.json           which model people preferred

A saved run is what `standfirst summarize --format jsonl --include-text` writes; runs are joined by
the ids of their articles. Where the input has references (\"reference\", one sentence a line), the
models are scored against them, too.

A mark (*) says that a model is the best on a measure, or that the best is not clearly better: paired
permutation tests over the articles, Holm's correction for all pairs, p < .05. No mark, no
difference. Without references no figure says which model is right: what they say is how the models
differ.";

/// Under `standfirst evaluate --help`.
pub const EVALUATE: &str = "\
Examples:
  standfirst evaluate references.jsonl --model lead --model lexrank
  standfirst evaluate references.jsonl -m lead,centroid -n 2 --format json
  standfirst evaluate big.jsonl -m lead,smollm2-135m --resume big.scores
  standfirst evaluate labels.jsonl --task target-sentiment -m vader,news-tone
  standfirst evaluate --meta judged.jsonl         how far each measure agrees with people

A line of the input holds the article and what a person wrote of it, one sentence a line:
  {\"id\": \"…\", \"text\": \"…\", \"reference\": \"First sentence.\\nSecond sentence.\"}
or, for the tone, what people said of it (negative, neutral, positive) and towards whom:
  {\"id\": \"…\", \"text\": \"…\", \"label\": \"negative\", \"target\": {\"start\": 0, \"end\": 11}}
Offsets are bytes, or code points with \"offsets\": \"chars\" or where only those read as the target's
\"mention\". A target with a \"mention\" alone is looked for by name; a line without a target is about
the whole text.

With --meta a row is a summary that people have judged, as in the file that SummEval publishes:
  {\"text\": \"…\", \"system\": \"M11\", \"summary\": \"…\", \"references\": [\"…\"],
   \"scores\": {\"coherence\": 4.3, \"fluency\": 5}}
\"model_id\", \"decoded\" and \"expert_annotations\" are known as well, and so is a yes or no to whether it is
faithful under \"label\", \"supported\" or \"faithful\". Columns of a table are called coherence, consistency,
fluency or relevance. Rows with the same text are of one article.

Interrupting (Ctrl-C) shows the figures of what was scored; with --resume the same command goes on
from there, to the same figures as a run that was never stopped.";

/// Under `standfirst train salience --help`.
pub const TRAIN_SALIENCE: &str = "\
Examples:
  standfirst train salience refs.jsonl --out heads/
  standfirst train salience a.jsonl b.jsonl --dev c.jsonl --out heads/ --id desk
  standfirst models fetch desk --cards heads/
  standfirst summarize news/ --cards heads/ --model desk

A line of the data is what `standfirst evaluate` takes: \"text\", \"reference\", perhaps \"title\".
Embedding the articles takes most of the time, about as long as summarising them.";

/// Under `standfirst models --help`.
pub const MODELS: &str = "\
Examples:
  standfirst models list
  standfirst models fetch                         what the default model needs
  standfirst models verify                        is every file what its card says?";

/// Under `standfirst runs --help`.
pub const RUNS: &str = "\
Examples:
  standfirst summarize news/ --store ~/standfirst -f jsonl -o today.jsonl
  standfirst runs list --store ~/standfirst
  standfirst runs diff 20261126 latest            what changed since yesterday's run
  standfirst runs gc --keep 30

A result is known again by the text, by what else of the article models see, by the model with its card
and its files, by the settings that it depends on and by the version of this program. What failed is tried
again.";

/// Under `standfirst config --help`.
pub const CONFIG: &str = "\
Examples:
  standfirst config show                          what `summarize` is told, and by whom
  standfirst config show check --profile daily

A standfirst.toml holds flags by their long names, for all commands at the top and for one in a table:
  model = [\"salience\"]
  sentences = 3

  [summarize]
  format = \"jsonl\"

  [profile.daily]
  words = 60

  [endpoints.far]                                 where the server of the card `far` is; any key of a
  url = \"https://gateway.example/v1\"            card's [endpoint]. The key itself never stands here
  key_env = \"NEWSROOM_KEY\"

The one in this folder is used, or in the nearest folder above; --config names another.
Flags come first, then the environment, then the profile, then the rest of the file. A file that was
found, not named, may only name paths beneath its own folder, no model that runs a program or asks a
server, and no [endpoints].";

/// Under `standfirst completions --help`.
pub const COMPLETIONS: &str = "\
Examples:
  standfirst completions bash > ~/.local/share/bash-completion/completions/standfirst
  standfirst completions zsh > ~/.zfunc/_standfirst
  standfirst completions fish > ~/.config/fish/completions/standfirst.fish

The script knows the models that there are now: print it again when there are others.";

/// Under `standfirst man --help`.
pub const MAN: &str = "\
Examples:
  standfirst man | man -l -
  standfirst man --dir ~/.local/share/man/man1";

/// Under `standfirst serve --help`.
#[cfg(feature = "serve")]
pub const SERVE: &str = "\
Examples:
  standfirst serve
  standfirst serve --listen 127.0.0.1:0 --jobs 4 --model lead,salience,vader,news-tone
  STANDFIRST_TOKEN=$(openssl rand -hex 16) standfirst serve --listen 0.0.0.0:8080
  curl -H 'Content-Type: application/json' -d '{\"text\":\"…\"}' 'localhost:8080/v1/summarize?model=lead'
  curl -T news.jsonl -X POST -H 'Content-Type: application/x-ndjson' localhost:8080/v1/sentiment

Paths:
  POST /v1/summarize  /v1/sentiment  /v1/check  /v1/clean  /v1/compare
       The body is one article as JSON, an array of them, or one a line (application/x-ndjson), which
       are answered as they come; or a text or a page (text/plain, text/markdown, text/html). Answers
       are those of the commands with --no-timings; as server-sent events where these are accepted.
       In the query: model, tone, sentences, words, chars, style, include_text, timings
  POST /mcp           the tools of `standfirst mcp`
  GET  /              a page for people
  GET  /v1/models  /healthz  /readyz  /metrics  /openapi.json

There is no TLS: beyond this machine, put a proxy in front. With a token, requests bring it along as
`Authorization: Bearer TOKEN`.

Environment:
  STANDFIRST_TOKEN    the word that everybody has to know who asks; 16 characters at least

Ctrl-C finishes what is in flight, for 30 seconds at most; a second time ends at once.";

/// Under `standfirst mcp --help`.
#[cfg(feature = "serve")]
pub const MCP: &str = "\
Examples:
  claude mcp add standfirst -- standfirst mcp
  standfirst mcp --root ~/articles

An assistant starts this command by itself; the README says how it is told to. The tools are
check_summary, summarize, clean_article, compare_models, tone_towards and storylines. They read and write nothing
but what they are given, and files beneath the folders of --root.";
