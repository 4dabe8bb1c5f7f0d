//! Where the chat template of a model's file comes in, for fuzzing: no part of the library.

use standfirst_core::card::{Asking, Prompt};

use super::Chat;

/// Takes `template` for a model's, and has prompts of both kinds made by it.
///
/// # Panics
/// Never, or there is a fault.
pub fn knock(template: &str) {
    let Ok(chat) = Chat::new(Some(template.to_owned())) else { return };
    for system in [None, Some("Be brief.".to_owned())] {
        let prompt = Prompt {
            system,
            user: "{text}\nIn {sentences}:".to_owned(),
            rewrite: None,
            again: None,
            ..Prompt::default()
        };
        for picked in [false, true] {
            let _ = chat.text_around(&prompt, Asking { sentences: 2, picked, ..Asking::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_template_is_one_or_is_refused() {
        let templates =
            ["", "{{", "{{ messages }}", "{% for m in messages %}{{ m.content }}{% endfor %}"];
        templates.into_iter().for_each(knock);
    }
}
