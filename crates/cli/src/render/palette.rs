//! The few colours that text output uses.

use anstyle::{AnsiColor, Style};

/// A style for each role. All of them are empty where colour is off.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Titles.
    pub title: Style,
    /// What frames the answer: sources, labels, explanations.
    pub quiet: Style,
    /// Names of models.
    pub model: Style,
    /// Favourable tone; what is in order.
    pub good: Style,
    /// Hostile tone; errors.
    pub bad: Style,
    /// What to look at twice.
    pub warning: Style,
    /// Text that was cut.
    pub cut: Style,
}

impl Palette {
    /// Coloured or plain.
    pub fn new(color: bool) -> Self {
        if color { Self::colored() } else { Self::plain() }
    }

    /// No style at all.
    pub fn plain() -> Self {
        let none = Style::new();
        Self {
            title: none,
            quiet: none,
            model: none,
            good: none,
            bad: none,
            warning: none,
            cut: none,
        }
    }

    /// The sixteen colours that the user's terminal theme decides on.
    fn colored() -> Self {
        let fg = |color: AnsiColor| Style::new().fg_color(Some(color.into()));
        Self {
            title: Style::new().bold(),
            quiet: Style::new().dimmed(),
            model: fg(AnsiColor::Cyan),
            good: fg(AnsiColor::Green),
            bad: fg(AnsiColor::Red),
            warning: fg(AnsiColor::Yellow),
            cut: fg(AnsiColor::Red).strikethrough(),
        }
    }
}
