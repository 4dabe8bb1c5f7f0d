//! How many articles a run will have: counted beside it, since the run itself finds them one by one.

use std::{fs, path::PathBuf};

use standfirst_ingest as ingest;

/// Inputs that can be gone through twice.
pub struct Total {
    paths: Vec<PathBuf>,
    options: ingest::Options,
}

impl Total {
    /// What is at `paths`; `None` where any of it can be read only once, such as a pipe.
    pub fn of(paths: &[PathBuf], options: &ingest::Options) -> Option<Self> {
        let again = |path: &PathBuf| {
            path.as_os_str() != "-"
                && fs::metadata(path).map_or(true, |found| found.is_file() || found.is_dir())
        };
        if !paths.iter().all(again) {
            return None;
        }
        let mut options = options.clone();
        // The run itself tells what it passes over.
        options.outputs.passed_over = None;
        Some(Self { paths: paths.to_vec(), options })
    }

    /// Goes through the inputs as the run does, and parses none of them; `None` if nobody is `waiting` any more.
    pub fn count(self, waiting: impl Fn() -> bool) -> Option<u64> {
        let mut count = 0;
        for _ in ingest::open(self.paths, self.options) {
            if !waiting() {
                return None;
            }
            count += 1;
        }
        Some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(paths: &[PathBuf]) -> Option<Total> {
        Total::of(paths, &ingest::Options::default())
    }

    #[test]
    fn counts_files_and_lines_and_what_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let [lines, page] = ["lines.jsonl", "page.html"].map(|name| folder.path().join(name));
        fs::write(&lines, "{\"text\":\"One.\"}\n\nnot JSON\n{\"text\":\"Two.\"}\n").unwrap();
        fs::write(&page, "<p>Three.</p>").unwrap();
        let counted = |paths: &[PathBuf]| total(paths).unwrap().count(|| true);
        assert_eq!(counted(&[lines]), Some(3));
        assert_eq!(counted(&[folder.path().to_owned()]), Some(4));
        assert_eq!(counted(&[folder.path().join("missing.txt"), page]), Some(2));
    }

    #[test]
    fn leaves_alone_what_can_be_read_only_once() {
        assert!(total(&[PathBuf::from("-")]).is_none());
        assert!(!cfg!(unix) || total(&[PathBuf::from("/dev/null")]).is_none());
    }

    #[test]
    fn gives_up_when_the_run_is_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.txt"), "One.").unwrap();
        assert_eq!(total(&[folder.path().to_owned()]).unwrap().count(|| false), None);
    }
}
