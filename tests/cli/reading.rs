//! What the program makes of the forms in which other people's articles come, from files and pipes.

use std::{fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use crate::support::{lines, run, standfirst, stderr, stdout};

const BODY: &str = "The swing bridge of Ardmoor closed on Monday for the winter. Engineers had found \
                    cracks in two of its piers. The repair will cost four million, the council said.";
const OTHER: &str =
    "The new pool opened on Sunday. It cost four million. Entry is free for a month.";

/// Ids and first words of what comes of an input through a pipe.
fn piped(input: impl Into<Vec<u8>>, flags: &[&str]) -> Vec<(String, String)> {
    let output = standfirst()
        .args(["summarize", "-m", "lead", "-f", "jsonl", "--no-sentiment", "--include-text", "-"])
        .args(flags)
        .write_stdin(input.into())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let first = |text: &str| text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
    let read = |line: serde_json::Value| {
        (line["id"].as_str().unwrap().to_owned(), first(line["text"].as_str().unwrap()))
    };
    lines(&stdout(&output)).into_iter().map(read).collect()
}

/// The two articles under the ids a and b.
fn both() -> Vec<(String, String)> {
    [("a", "The swing bridge"), ("b", "The new pool")]
        .map(|(id, text)| (id.to_owned(), text.to_owned()))
        .to_vec()
}

#[test]
fn a_pipe_is_told_apart_whatever_comes_through_it() {
    let rows = json!([{"id": "a", "text": BODY}, {"id": "b", "text": OTHER}]);
    assert_eq!(piped(rows.to_string(), &[]), both());
    assert_eq!(piped(serde_json::to_string_pretty(&rows).unwrap(), &[]), both());
    assert_eq!(piped(json!({"total": 2, "articles": rows}).to_string(), &[]), both());
    assert_eq!(piped(format!("{}\n{}\n", rows[0], rows[1]), &[]), both());
    for delimiter in [",", ";", "\t", "|"] {
        let table = format!("id,text\na,\"{BODY}\"\nb,\"{OTHER}\"\n");
        let table = table.replacen(',', delimiter, 1).replace(",\"", &format!("{delimiter}\""));
        assert_eq!(piped(table.clone(), &[]), both(), "{delimiter:?}");
        assert_eq!(piped(format!("\u{feff}sep={delimiter}\r\n{table}"), &[]), both());
    }
    let feed = format!(
        "<rss version='2.0'><channel><item><guid>a</guid><description>{BODY}</description></item>\
         <item><guid>b</guid><description>{OTHER}</description></item></channel></rss>"
    );
    assert_eq!(piped(feed, &[]), both());
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": "n", "items": [
        {"id": "a", "content_text": BODY}, {"id": "b", "content_html": format!("<p>{OTHER}</p>")}]});
    assert_eq!(piped(feed.to_string().replace('/', "\\/"), &[]), both());
}

#[test]
fn a_packed_pipe_and_a_packed_file_are_unpacked() {
    let rows =
        format!("{}\n{}\n", json!({"id": "a", "text": BODY}), json!({"id": "b", "text": OTHER}));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(rows.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    assert_eq!(piped(packed.clone(), &[]), both());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.jsonl.gz"), &packed).unwrap();
    fs::write(folder.path().join("cut.txt.gz"), &packed[..40]).unwrap();
    let path = folder.path().to_str().unwrap();
    let output = run(&["summarize", "-m", "lead", "-f", "jsonl", "--no-sentiment", path]);
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&stdout(&output));
    assert_eq!((found.len(), found[1]["id"].as_str()), (3, Some("a")));
    assert!(found[0]["error"].as_str().unwrap().contains("cannot be decompressed"));
}

#[test]
fn a_guess_that_is_wrong_is_an_error_and_no_summary() {
    for input in
        ["[1, 2, 3]", "{\"articles\": []}", "guid;story\n1;x\n", "{\"no\": \"text\"}", "%PDF-1.7\n"]
    {
        let output = standfirst()
            .args(["summarize", "-m", "lead", "-"])
            .write_stdin(input)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{input}: {}", stdout(&output));
        assert!(!stderr(&output).is_empty(), "{input}");
    }
}

#[test]
fn results_are_articles_again_if_they_hold_their_text() {
    let folder = tempfile::tempdir().unwrap();
    let (first, bare) = (folder.path().join("first.json"), folder.path().join("bare.json"));
    let rows = json!([{"id": "a", "text": BODY, "desk": "city", "reference": "It closed."}]);
    let write = |out: &std::path::Path, flag: &str| {
        let output = standfirst()
            .args([
                "summarize",
                "-m",
                "lead",
                "--no-sentiment",
                "-",
                "-o",
                out.to_str().unwrap(),
                flag,
            ])
            .write_stdin(rows.to_string())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    };
    write(&first, "--include-text");
    write(&bare, "--quiet");
    let again = |path: &std::path::Path| {
        run(&["summarize", "-m", "lead", "-f", "jsonl", "--no-sentiment", path.to_str().unwrap()])
    };
    let read = lines(&stdout(&again(&first)));
    assert_eq!(read[0]["id"], "a");
    assert_eq!(read[0]["extra"], json!({"desk": "city", "reference": "It closed."}));
    let refused = again(&bare);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stdout(&refused).contains("--include-text"), "{}", stdout(&refused));
    let both = [first.to_str().unwrap(), bare.to_str().unwrap()];
    let compared = run(&["compare", both[0], both[1]]);
    assert_eq!(compared.status.code(), Some(0), "{}", stderr(&compared));
}

#[test]
fn fields_are_called_what_the_user_says() {
    let row = json!({"key": "a", "story": BODY, "gist": "It closed."}).to_string();
    let flags = ["--text-field", "story", "--reference-field", "gist", "--id-field", "key"];
    assert_eq!(piped(row.clone(), &flags)[0], both()[0]);
    let output = standfirst()
        .args(["evaluate", "-m", "lead", "-f", "json", "--quiet", "-"])
        .args(flags)
        .write_stdin(row)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let known = json!({"guid": "a", "article": BODY, "highlights": "It closed."}).to_string();
    let output = standfirst()
        .args(["summarize", "-m", "lead", "-f", "jsonl", "--no-sentiment", "-"])
        .write_stdin(known)
        .output()
        .unwrap();
    let read = &lines(&stdout(&output))[0];
    let note = read["notes"][0].as_str().unwrap();
    assert!(note.contains("\"article\"") && note.contains("\"highlights\""), "{note}");
    assert_eq!(read["extra"], json!({"highlights": "It closed."}));
}

#[test]
fn columns_of_the_input_come_back_in_a_table() {
    let table = format!("id,desk,text\na,city,\"{BODY}\"\nb,,\"{OTHER}\"\n");
    let output = standfirst()
        .args(["summarize", "-m", "lead", "-f", "csv", "--no-sentiment", "-"])
        .write_stdin(table)
        .output()
        .unwrap();
    let page = stdout(&output);
    let header = page.lines().next().unwrap();
    assert!(header.ends_with(",error,desk,extra"), "{header}");
    assert!(page.lines().nth(1).unwrap().ends_with(",city,"), "{page}");
}

#[test]
fn an_ending_that_nothing_is_written_for_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["out.xlsx", "out.docx", "out.pdf", "out.feather", "out.html"] {
        let out = folder.path().join(name);
        let output = run(&["summarize", "-m", "lead", "harbour.txt", "-o", out.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stderr(&output).contains("--format"), "{}", stderr(&output));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_language_that_the_page_declares_counts_where_the_words_do_not_tell() {
    let page = "<html lang='no'><body><article><p>Ny kai? – Helt absurd, sier skipperen Quill til \
                avisen i byen.</p></article></body></html>";
    let output = standfirst()
        .args(["summarize", "-m", "lead", "-f", "jsonl", "--no-sentiment", "-"])
        .write_stdin(page)
        .output()
        .unwrap();
    assert_eq!(lines(&stdout(&output))[0]["language"], "nb", "{}", stdout(&output));
}
