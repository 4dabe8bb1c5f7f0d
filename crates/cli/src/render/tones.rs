//! The tone towards whoever is named: a scale, and who is shown.

use standfirst_core::report::{SentimentReport, TargetTone, VoiceTone};
use standfirst_text::tone::AUTHOR;

use super::figures;

/// Cells of the scale: odd, so that neutral has one of its own.
const SCALE: usize = 13;
/// Targets that are shown beside abstracts, and without them.
const TARGETS: (usize, usize) = (3, 10);
/// Voices that are told of one target.
const VOICES: usize = 3;

/// Who is shown, most mentioned first: beside abstracts only those named again and again.
pub fn targets(tone: &SentimentReport, in_full: bool) -> impl Iterator<Item = &TargetTone> {
    let (most, least) = if in_full { (TARGETS.1, 1) } else { (TARGETS.0, 2) };
    tone.targets.iter().filter(move |target| target.mentions.len() >= least).take(most)
}

/// Where −1…1 lies between hostile and favourable: `──●───│──────`.
pub fn scale(score: f64) -> String {
    let middle = SCALE / 2;
    let steps = (score.clamp(-1.0, 1.0) * middle as f64).round();
    let cell = |cell: usize| match cell {
        _ if (cell as f64 - middle as f64 - steps).abs() < 0.5 => '●',
        _ if cell == middle => '│',
        _ => '─',
    };
    (0..SCALE).map(cell).collect()
}

/// A target in a line: `-0.21 Ada Quill, 7 mentions (author 0.00, Ben Roe -0.42)`.
pub fn target(target: &TargetTone) -> String {
    let mentions = figures::count(target.mentions.len(), "mention");
    let voices = voices(target).map(|voices| format!(" ({voices})")).unwrap_or_default();
    format!("{} {}, {mentions}{voices}", figures::score(target.score), target.name)
}

/// In whose voices: `author 0.00, Ben Roe -0.42, 2 more`; `None` if all is in the author's.
pub fn voices(target: &TargetTone) -> Option<String> {
    if let [only] = target.by.as_slice()
        && only.voice == AUTHOR
    {
        return None;
    }
    let voice = |by: &VoiceTone| format!("{} {}", by.voice, figures::score(by.score));
    let more = target.by.len().saturating_sub(VOICES);
    let shown = target.by.iter().take(VOICES).map(voice);
    let shown = shown.chain((more > 0).then(|| format!("{more} more")));
    Some(shown.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use standfirst_core::{article::Span, plugin::Label};

    use super::*;

    #[test]
    fn a_target_names_its_voices_where_there_are_several() {
        let by = |voice: &str, score| VoiceTone { voice: voice.to_owned(), score };
        let mut quill = TargetTone {
            name: "Ada Quill".to_owned(),
            label: Label::Negative,
            score: -0.21,
            mentions: vec![Span::new(0, 3); 7],
            by: vec![by(AUTHOR, 0.0)],
        };
        assert_eq!(target(&quill), "-0.21 Ada Quill, 7 mentions");
        quill.by.push(by("Ben Roe", -0.42));
        assert_eq!(target(&quill), "-0.21 Ada Quill, 7 mentions (author 0.00, Ben Roe -0.42)");
        quill.by.extend([by("Cy Dow", 0.1), by("Di Fox", 0.2)]);
        let voices = voices(&quill).unwrap();
        assert_eq!(voices, "author 0.00, Ben Roe -0.42, Cy Dow +0.10, 1 more");
    }

    #[test]
    fn the_scale_has_its_ends_and_its_middle() {
        assert_eq!(scale(-1.0), "●─────│──────");
        assert_eq!(scale(0.0), "──────●──────");
        assert_eq!(scale(1.0), "──────│─────●");
        assert_eq!(scale(0.5), "──────│──●───");
    }
}
