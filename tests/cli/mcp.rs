//! `standfirst mcp`, spoken to line by line over its standard input and output.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::symlink,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::no_models;

const ARTICLE: &str = "The ferry carried 140 passengers. It sailed on Friday, said Ben Roe. \
                       “The engine failed,” said Ada Quill, who owns it.";

/// An assistant's end of the line.
struct Assistant {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    asked: u64,
}

impl Assistant {
    fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_standfirst"))
            .arg("mcp")
            .args(args)
            .env("STANDFIRST_MODELS", no_models())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let mut assistant = Self { to: child.stdin.take(), child, from, asked: 0 };
        let hello = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"}
        });
        let welcome = assistant.ask("initialize", &hello);
        assert_eq!(welcome["result"]["serverInfo"]["name"], "standfirst", "{welcome}");
        assert!(
            welcome["result"]["instructions"].as_str().unwrap().contains("never an instruction")
        );
        assistant.tell(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        assistant
    }

    fn tell(&mut self, message: &Value) {
        writeln!(self.to.as_mut().unwrap(), "{message}").unwrap();
    }

    /// The answer to a request; everything on standard output is a message.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.tell(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.answer(id)
    }

    fn answer(&mut self, id: u64) -> Value {
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "it ended before it answered");
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return message;
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", &json!({"name": tool, "arguments": arguments}));
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }

    /// What a tool answers that can.
    fn result(&mut self, tool: &str, arguments: &Value) -> Value {
        let result = self.call(tool, arguments);
        assert_ne!(result["isError"], true, "{result}");
        let text: Value =
            serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, result["structuredContent"]);
        text
    }

    /// Why a tool does not answer.
    fn refusal(&mut self, tool: &str, arguments: &Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        result["content"][0]["text"].as_str().unwrap().to_owned()
    }

    /// Its exit status, once it was left.
    fn leave(mut self) -> Option<i32> {
        drop(self.to.take());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn tools_say_what_they_take_and_that_they_only_read() {
    let mut assistant = Assistant::start(&[]);
    let list = assistant.ask("tools/list", &json!({}));
    let tools = list["result"]["tools"].as_array().unwrap();
    let mut names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "check_summary",
            "clean_article",
            "compare_models",
            "storylines",
            "summarize",
            "tone_towards"
        ]
    );
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["annotations"]["openWorldHint"], false, "{tool}");
        assert!(tool["description"].as_str().unwrap().len() > 60, "{tool}");
        for schema in ["inputSchema", "outputSchema"] {
            assert_eq!(tool[schema]["type"], "object", "{tool}");
            jsonschema::validator_for(&tool[schema]).unwrap();
        }
        let takes = &tool["inputSchema"]["properties"];
        assert!(takes["article"].is_object() || takes["articles"].is_object(), "{tool}");
    }
    assert_eq!(assistant.leave(), Some(0));
}

#[test]
fn a_summary_is_checked_with_evidence_and_reasons() {
    let mut assistant = Assistant::start(&[]);
    let summary = "The ferry carried 240 passengers. It sailed on Friday, said Ben Roe.";
    let checked =
        assistant.result("check_summary", &json!({"article": ARTICLE, "summary": summary}));
    let [wrong, copied] = &checked["sentences"].as_array().unwrap()[..] else {
        panic!("{checked}")
    };
    assert_eq!(wrong["flags"], json!(["number"]), "{checked}");
    let reason = wrong["reasons"][0].as_str().unwrap();
    assert!(reason.contains("“240”") && reason.contains("“140”"), "{reason}");
    assert_eq!((&copied["verdict"], &copied["supported"]), (&json!("copied"), &json!(true)));
    assert_eq!(copied["evidence"][0]["text"], "It sailed on Friday, said Ben Roe.");
    let (start, end) = (&copied["evidence"][0]["start"], &copied["evidence"][0]["end"]);
    let place = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    assert_eq!(&ARTICLE[place(start)..place(end)], "It sailed on Friday, said Ben Roe.");
    for (arguments, words) in [
        (json!({"article": ARTICLE, "summary": " "}), "empty"),
        (json!({"article": " ", "summary": summary}), "article"),
        (json!({"summary": summary}), "give either article"),
        (json!({"article": ARTICLE, "article_path": "a", "summary": summary}), "give either"),
        (json!({"article": ARTICLE, "summary": "Rain fell. ".repeat(20_000)}), "longer than"),
    ] {
        let refusal = assistant.refusal("check_summary", &arguments);
        assert!(refusal.contains(words), "{refusal}");
    }
}

#[test]
fn the_other_tools_answer() {
    let mut assistant = Assistant::start(&[]);
    let short = json!({"article": ARTICLE, "sentences": 1});
    let summarized = assistant.result("summarize", &short);
    let cell = &summarized["abstracts"][0];
    assert_eq!((&cell["by"], cell["sentences"].as_array().unwrap().len()), (&json!("lead"), 1));
    assert_eq!(summarized["language"], "en");
    assert!(summarized["tone"]["label"].is_string(), "{summarized}");

    let several = json!({"article": ARTICLE, "models": ["lead", "kl"]});
    let compared = assistant.result("compare_models", &several);
    assert_eq!(compared["abstracts"][1]["by"], "kl");

    let page = format!("<p>{ARTICLE}</p><p>Advertisement</p><p>{ARTICLE}</p>");
    let cleaned = assistant.result("clean_article", &json!({"article": page}));
    assert_eq!(cleaned["text"].as_str().unwrap().matches("140 passengers").count(), 1);
    let reasons: Vec<_> =
        cleaned["cuts"].as_array().unwrap().iter().map(|c| &c["reason"]).collect();
    assert!(reasons.contains(&&json!("duplicate")), "{cleaned}");

    let towards = json!({"article": ARTICLE, "name": "Ada Quill"});
    let towards = assistant.result("tone_towards", &towards);
    assert!(towards["label"].is_string() && towards["model"] == "vader", "{towards}");

    let nobody = json!({"article": ARTICLE, "name": "Carl Nobody"});
    assert!(assistant.refusal("tone_towards", &nobody).contains("Carl Nobody"));
    let unknown = json!({"article": ARTICLE, "model": "lexrnk"});
    assert!(assistant.refusal("summarize", &unknown).contains("did you mean lexrank"));
    let one = json!({"article": ARTICLE, "models": ["lead"]});
    assert!(assistant.refusal("compare_models", &one).contains("two models or more"));
}

#[test]
fn several_articles_are_one_story() {
    let mut assistant = Assistant::start(&[]);
    let bridge = "The old bridge in Harwick fell on Monday. Fourteen people were injured, said Ada Quill, \
                  the mayor. The bridge was closed to lorries in 2012.";
    let later = "The bridge in Harwick that fell on Monday will not be rebuilt, the mayor Ada Quill said on \
                 Thursday. Forty people were injured when the old bridge fell.";
    let articles = json!([
        {"id": "late", "article": later, "published": "2019-03-14", "outlet": "The Echo"},
        {"id": "early", "article": bridge, "published": "2019-03-12", "outlet": "The Post"},
        {"id": "copy", "article": bridge, "published": "2019-03-13", "outlet": "The Star"},
        {"id": "none", "article": " "},
    ]);
    let told = assistant.result("storylines", &json!({"articles": articles, "sentences": 2}));
    let [story] = &told["storylines"].as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!(story["days"], "2019-03-12/2019-03-14", "{told}");
    assert_eq!(story["copies"], json!([{"earliest": "early", "versions": ["copy"]}]));
    assert_eq!(story["timeline"][0]["days"], "2019-03-11", "{told}");
    assert!(story["digest"].as_array().unwrap().len() <= 2, "{told}");
    let known = ["late", "early", "copy"];
    for line in story["digest"].as_array().unwrap() {
        let said_by = line["articles"].as_array().unwrap();
        assert!(
            !said_by.is_empty() && said_by.iter().all(|id| known.contains(&id.as_str().unwrap()))
        );
    }
    let quotes = story["quotes"].as_array().unwrap();
    assert!(quotes.iter().any(|quote| quote["speaker"] == "Ada Quill"), "{told}");
    assert_eq!(told["unread"][0]["id"], "none", "{told}");
    assert!(assistant.refusal("storylines", &json!({"articles": []})).contains("at least one"));
    let many = vec![json!({"article": bridge}); 201];
    assert!(assistant.refusal("storylines", &json!({"articles": many})).contains("more than 200"));
}

#[test]
fn files_are_read_beneath_the_roots_and_nowhere_else() {
    let around = tempfile::tempdir().unwrap();
    let root = around.path().join("root");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("ferry.txt"), ARTICLE).unwrap();
    fs::write(around.path().join("secret.txt"), "A secret of the house.").unwrap();
    symlink("../secret.txt", root.join("link.txt")).unwrap();
    let mut assistant = Assistant::start(&["--root", root.to_str().unwrap()]);
    let by = |path: &str| json!({"article_path": path});
    let whole = root.canonicalize().unwrap().join("ferry.txt");
    for path in ["ferry.txt", whole.to_str().unwrap()] {
        let cleaned = assistant.result("clean_article", &by(path));
        assert!(cleaned["text"].as_str().unwrap().contains("140 passengers"), "{cleaned}");
    }
    let secret = around.path().join("secret.txt");
    for path in
        ["../secret.txt", "link.txt", "./../secret.txt", secret.to_str().unwrap(), "none.txt"]
    {
        let refusal = assistant.refusal("clean_article", &by(path));
        assert!(!refusal.contains("of the house"), "{refusal}");
    }
    let mut texts_only = Assistant::start(&[]);
    let refusal = texts_only.refusal("clean_article", &by("ferry.txt"));
    assert!(refusal.contains("--root DIR"), "{refusal}");
}

#[test]
fn what_is_no_message_ends_nothing() {
    let mut assistant = Assistant::start(&["--max-bytes", "3000"]);
    let long = json!({"article": "Rain fell on the town. ".repeat(200)});
    assert!(assistant.refusal("clean_article", &long).contains("larger than 3000 bytes"));
    let unknown = assistant.ask("tools/call", &json!({"name": "delete", "arguments": {}}));
    assert!(unknown["error"].is_object() || unknown["result"]["isError"] == true, "{unknown}");
    let wrong =
        assistant.ask("tools/call", &json!({"name": "summarize", "arguments": {"article": 7}}));
    assert!(wrong["error"].is_object() || wrong["result"]["isError"] == true, "{wrong}");
    writeln!(assistant.to.as_mut().unwrap(), "not json").unwrap();
    // Longer than a message may be.
    writeln!(assistant.to.as_mut().unwrap(), "{}", "x".repeat(4 << 20)).unwrap();
    let still = assistant.result("clean_article", &json!({"article": ARTICLE}));
    assert!(still["text"].as_str().unwrap().contains("ferry"), "{still}");
}
