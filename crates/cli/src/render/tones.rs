//! The tone towards whoever is named: a scale, and who is shown.

use standfirst_core::{
    plugin::{Band, Label},
    report::{SentimentReport, TargetTone, VoiceTone},
};
use standfirst_text::tone::AUTHOR;

use super::figures;

/// Cells of the scale: odd, so that neutral has one of its own.
pub const SCALE: usize = 13;
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

/// A class and its score: `positive +0.42`. Where the score alone would be put into another class, why this
/// one: `neutral -0.38 [neutral: -0.40 to +0.05]`. `neutral` is the band that the report names.
pub fn labelled(label: Label, score: f64, neutral: Option<Band>) -> String {
    let shown = format!("{} {}", label.name(), figures::score(score));
    match reason(label, score, neutral.unwrap_or(Band::USUAL)) {
        Some(reason) => format!("{shown} [{reason}]"),
        None => shown,
    }
}

/// Why a score has a class that its two shown decimals do not have by the usual band.
fn reason(label: Label, score: f64, neutral: Band) -> Option<String> {
    if Label::of((score * 100.0).round() / 100.0) == label {
        return None;
    }
    let Band { low, high } = neutral;
    Some(if neutral.label(score) == label {
        format!("neutral: {} to {}", figures::score(low), figures::score(high))
    } else {
        "the likeliest of the three".to_owned()
    })
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
    use proptest::prelude::*;
    use standfirst_core::article::Span;

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
    fn a_class_that_its_score_would_not_have_says_why() {
        let band = Some(Band { low: -0.4, high: 0.05 });
        assert_eq!(labelled(Label::Positive, 0.07, band), "positive +0.07");
        let shown = labelled(Label::Neutral, -0.38, band);
        assert_eq!(shown, "neutral -0.38 [neutral: -0.40 to +0.05]");
        let shown = labelled(Label::Neutral, 0.31, band);
        assert_eq!(shown, "neutral +0.31 [the likeliest of the three]");
        assert_eq!(labelled(Label::Negative, -0.4, None), "negative -0.40");
    }

    proptest! {
        #[test]
        fn what_is_shown_is_of_the_usual_band_or_explained(
            score in -1.0..1.0_f64, low in -0.9..0.0_f64, high in 0.0..0.9_f64, class in 0..3_usize
        ) {
            let band = Band { low, high };
            for label in [band.label(score), Label::ALL[class]] {
                let shown = labelled(label, score, Some(band));
                let number: f64 = shown.split(' ').nth(1).unwrap().parse().unwrap();
                let usual = Label::of(number) == label;
                prop_assert!(shown.starts_with(label.name()));
                prop_assert_eq!(shown.contains('['), !usual, "{}", shown);
                // A band is named only where it puts the score into the class.
                prop_assert!(!shown.contains("neutral: ") || band.label(score) == label);
            }
        }
    }

    #[test]
    fn the_scale_has_its_ends_and_its_middle() {
        assert_eq!(scale(-1.0), "●─────│──────");
        assert_eq!(scale(0.0), "──────●──────");
        assert_eq!(scale(1.0), "──────│─────●");
        assert_eq!(scale(0.5), "──────│──●───");
    }
}
