//! What files turned out to be whose cards did not know it: size and sum of the first download, which
//! every later one has to equal. One JSON object in the cache, `pins.json`, by source.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use standfirst_core::card::{CardFile, ModelCard, Sha256, Source};

use super::Cache;

/// Longest list that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// A size and a sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    bytes: u64,
    sha256: String,
}

/// Pins by source.
type Pins = BTreeMap<String, Pin>;

impl Cache {
    /// Turns those files of `card` into ordinary ones that somebody has fetched before. A list that
    /// cannot be read counts as empty here; fetching says what is wrong with it.
    pub fn pin(&self, card: &mut ModelCard) {
        if card.unpinned.is_empty() {
            return;
        }
        let pins = read(&self.pins_path()).unwrap_or_default();
        let unpinned = std::mem::take(&mut card.unpinned);
        for file in unpinned {
            let pin = pins.get(&key(card.folder.as_deref(), &file.source));
            match pin.and_then(|pin| Some((pin.bytes, pin.sha256.parse().ok()?))) {
                Some((bytes, sha256)) => card.files.push(file.pinned(bytes, sha256)),
                None => card.unpinned.push(file),
            }
        }
    }

    /// Where the list is.
    pub(crate) fn pins_path(&self) -> PathBuf {
        self.dir().join("pins.json")
    }

    /// The sum that `source` has had, if anybody has fetched it.
    ///
    /// # Errors
    /// If the list is there and cannot be read.
    pub(crate) fn pinned(&self, source: &str) -> io::Result<Option<(u64, Sha256)>> {
        let pins = read(&self.pins_path())?;
        Ok(pins.get(source).and_then(|pin| Some((pin.bytes, pin.sha256.parse().ok()?))))
    }

    /// Writes down what `file` is, for ever; under the lock of a fetch only.
    pub(crate) fn remember(&self, source: &str, file: &CardFile) -> io::Result<()> {
        let path = self.pins_path();
        let mut pins = read(&path)?;
        let pin = Pin { bytes: file.bytes, sha256: file.sha256.to_string() };
        pins.entry(source.to_owned()).or_insert(pin);
        let new = path.with_added_extension("new");
        let mut text = serde_json::to_string_pretty(&pins)?;
        text.push('\n');
        let mut written = File::create(&new)?;
        written.write_all(text.as_bytes())?;
        written.sync_all()?;
        fs::rename(&new, &path)
    }
}

/// Under which name a source is listed: a file by its whole path, since many folders have a
/// `model.safetensors`.
pub(crate) fn key(folder: Option<&Path>, source: &Source) -> String {
    match source {
        Source::File { path } => {
            let path = folder.unwrap_or(Path::new("")).join(path.as_str());
            format!("file:{}", std::path::absolute(&path).unwrap_or(path).display())
        }
        source => source.to_string(),
    }
}

fn read(path: &Path) -> io::Result<Pins> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Pins::new()),
        Err(error) => return Err(error),
    };
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text)?)
}
