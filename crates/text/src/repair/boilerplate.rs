//! What a page puts around an article: advertisement, sharing, subscription, links, copyright.

use std::sync::LazyLock;

use standfirst_core::article::Reason;

use super::{draft::Mark, page::Page, phrasebook::Phrasebook, phrases};

/// A line of more words than this is looked at sentence by sentence.
const MAX_LINE: usize = 25;

/// Confidence in a line without a word.
const RULE: f64 = 0.99;

/// Whole lines.
static LINES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        ("advertis", r"^advertis(ement|ing)s?$"),
        ("continues ", r"^(story|article) continues (below|after)\b"),
        ("continue reading", r"^continue reading\b"),
        (
            "^related |^recommended |^more ",
            r"^(related|recommended|more) (stories|articles|coverage|content|topics|links|news|reading|videos?)\b[^.!?]*$",
        ),
        (
            "^most |^editor|^trending|^you may also like|^more on this story|^more from|^what to read next|^around the web",
            r"^(most (read|popular|viewed|shared)|editor[’']?s[’']? picks|trending( now)?|you may also like|more on this story|more from\b|what to read next|around the web)[ ,:;|/()-]*[^.!?]*$",
        ),
        (
            "^read|^see|^watch|^listen|^view",
            r"^(read|see|watch|listen|view)( more| also| next| this| the full)?\s*[:»>]",
        ),
        ("^read |^see |^view ", r"^(read|see|view) (more|also|next)\b"),
        ("related", r"^related\s*:"),
        (
            "^share|^tweet|^email|^e-mail|^print|^save|^pin|^whatsapp|^facebook|^twitter|^linkedin|^reddit|^link|^copy link|^comment",
            r"^(share|tweet|email|e-mail|print|save|pin|whatsapp|facebook|twitter|linkedin|reddit|link|copy link|comments?)([ ,:;|/()-]+(share|tweet|email|e-mail|print|save|pin|whatsapp|facebook|twitter|linkedin|reddit|link|copy link|comments?|this|article|story|page|on|via|with|by|x))*$",
        ),
        (
            "^share |^tweet |^email |^e-mail |^print ",
            r"^(share|tweet|email|e-mail|print) this\b[^.!?]*$",
        ),
        (
            "comment|conversation",
            r"^(\d[\d,]* |view |show |hide |read |leave a |add a |post a |join the |all )?(comments?|conversation)( \(?\d+\)?)?$",
        ),
        (
            "skip to|jump to|back to|return to",
            r"^(skip to|jump to|back to|return to) (main |the )?(content|navigation|top|homepage|article)$",
        ),
        (" navigation", r"^(site|main|mobile)( \w+)? navigation$"),
        (
            "^log in|^sign in|^menu|^search|^subscribe|^sign up|^register",
            r"^(log in|sign in|menu|search|subscribe( now)?|sign up( now| here)?|register( now)?)$",
        ),
        ("copyright|©|(c)", r"^(copyright[ ,:;|/()-]+(\d{4}|©|\(c\)|by\b)|©|\(c\)\s?\d{4})"),
        (
            "tags|topics|filed under|categories|keywords",
            r"^(tags|topics|filed under|categories|keywords)\s*:",
        ),
        (" read", r"^\d+ (min(ute)?s?) read$"),
        ("appeared first on", r"^the post\b.+\bappeared first on\b[^,;]*$"),
        (
            "^first |^originally ",
            r"^(first|originally) (published|appeared) (in|on|by|at)\b([^.,;:!?]|[.][a-z]){2,60}$",
        ),
        ("^author", r"^authors? of (the|this) article\b[^.!?]*$"),
        (
            "^create|^register|^open",
            r"^(create|register|open) (a |an |your )?(free )?account\b[^.!?]*\b(continue|read|access)\b[^.!?]*$",
        ),
        (
            "^already ",
            r"^already (a (subscriber|member)|registered|have an account|subscribed)\b[^.]*$",
        ),
        ("caption|transcript|comment", r"^(hide|show|toggle) (caption|transcript|comments?)$"),
        ("^with |^files|^input", r"^(with )?(files|inputs?) from (the )?[^.!?]{2,40}$"),
    ])
});

/// Sentences of their own or among others.
static SENTENCES: LazyLock<Phrasebook> = LazyLock::new(|| {
    Phrasebook::new(&[
        ("^email|^e-mail", r"^e-?mail (this )?to a friend$"),
        ("scroll down ", r"^scroll down (for|to)\b.*$"),
        (
            "^read|^see|^watch|^more|^related",
            r"^(read|see|watch|read also|see also|read more|watch more|read this|watch this|more|related)\s*:\s.*$",
        ),
        ("^read |^see ", r"^(read|see) more (about|on|from|at|here|in)\b.*$"),
        ("»", r"^(watch|see|hear|read|view|explore|learn)\b.*\s»$"),
        ("click ", r"^click (here|on the link|the link)\b.*$"),
        (
            "click here|go to www|visit www|visit our",
            r"\b(for|to) (more|the latest|the full|further)\b.*\b(click here|go to www|visit www|visit our)\b",
        ),
        (
            "^sign up|^subscribe|^register",
            r"^(sign up|subscribe|register)\b.*\b(newsletters?|inbox|briefings?|alerts?|e-?mails?|updates|channel|podcast|unlimited|edition)\b",
        ),
        ("^get", r"^get\b.*\b((in|to) your inbox|newsletter|our (free )?app)\b"),
        ("enter your ", r"^enter your e-?mail\b"),
        ("^follow |^like |^find |^join |^tweet ", r"^(follow|like|find|join|tweet) (us|@\w+)\b.*$"),
        ("^follow ", r"^follow .* on (twitter|facebook|instagram|x|threads|bluesky)\b.*$"),
        (
            "cookie",
            r"^(we use|this (web)?site uses|our (web)?site uses|by (continuing|using|clicking))\b.*\bcookies?\b",
        ),
        ("cookies", r"^(accept|manage|reject)( all)? cookies\b"),
        ("download ", r"^download (the|our) .*\bapp\b"),
        ("copyright|©|(c)", r"^(copyright|©|\(c\)) ?(©|\(c\))? ?\d{4}\b"),
        ("rights reserved", r"^(all|some) rights reserved\b.*$"),
        (
            "may not be ",
            r"may not be (published|reproduced|republished), (broadcast|rewritten|reproduced|in whole)",
        ),
        (
            "^this article|^this story|^this post|^this piece",
            r"^this (article|story|post|piece) (was )?(originally|first) (published|appeared|ran)\b",
        ),
        (
            "^this article|^this story|^this page",
            r"^this (article|story|page) (was|has been) (last )?updated\b",
        ),
        (
            "^send|^email|^e-mail",
            r"^(send|e-?mail) (us )?your (comments|story|stories|tips|views|pictures)\b",
        ),
        ("join the ", r"^join the (conversation|discussion|debate) (below|in the comments|on)\b"),
        ("^sign up|^subscribe", r"^(sign up|subscribe) (here |now |today |free )?(for|to) our\b"),
        (
            "^for the latest|^for more|^for all the latest|^for breaking",
            r"^for (the latest|more|all the latest|breaking)\b.*\b(sign up|subscribe)\b",
        ),
        (
            " your inbox",
            r"^(what you need to know|need to know|the best of|all the)\b.*\b(in|to) your inbox\b",
        ),
        (
            "to your ",
            r"\b(delivered|straight|directly|direct|sent|right) (in)?to your (inbox|e-?mail)\b",
        ),
        (
            "^by signing|^by subscribing|^by registering",
            r"^by (signing up|subscribing|registering)\b.*\b(agree|accept|terms|policy)\b",
        ),
        ("you can unsubscribe", r"^you can unsubscribe\b"),
        ("^if you ", r"^if you (buy|purchase|order|click)\b.*\b(commission|links?)\b"),
        (
            "commission|revenue|fee",
            r"\bwe (may|might|could) (earn|receive|get|make)\b.*\b(commission|revenue|fee)s?\b",
        ),
        (
            " affiliate",
            r"^(this|our) (article|story|page|post|site|website) (contains|may contain|includes) affiliate\b",
        ),
        (
            "^this helps|^it helps",
            r"^(this|it) helps (to )?(support|fund) our (journalism|newsroom|reporting|work)\b",
        ),
        (
            "^get in touch|^contact|^send your ",
            r"^(get in touch|contact|send your (story|tip)s?)\b.*\b(our|the) (news|web|editorial|digital)[ -]?(team|desk|room)\b",
        ),
        (
            "^do you |^have you ",
            r"^(do|have) you (have|got) (a|an|any) (story|stories|news tip|tip|tips)\b.{0,40}$",
        ),
        (
            "^read the |^see the ",
            r"^(read|see) the (original|full) (article|story|version|post)( here)?$",
        ),
        (
            "^this article|^this story|^this post|^this piece",
            r"^this (article|story|post|piece) is (re-?)?published (from|by|in|with|under)\b",
        ),
        ("start your ", r"^start your (day|morning|week) with\b"),
        (
            "^now you can|^you can ",
            r"^(now )?you can (now )?(hear|listen to|watch|read) (us|this|our|the|a)\b.*\b(podcast|audio|edition|newsletter|app)\b",
        ),
        ("^check out|^take a look at", r"^(check out|take a look at) (our|another|more of our)\b"),
        ("permission", r"^(republished|reprinted) (here )?(with|by) (the )?(kind )?permission\b"),
    ])
});

/// The boilerplate.
pub(super) fn find(page: &Page<'_>) -> Vec<Mark> {
    let mut marks = phrases::find(page, &LINES, MAX_LINE, &SENTENCES, Reason::Boilerplate);
    let rules = page.iter().enumerate().filter(|(_, block)| is_rule(block.text()));
    marks.extend(rules.map(|(index, block)| Mark::whole(index, block, Reason::Boilerplate, RULE)));
    marks
}

/// Whether a line is a row of stars or dashes.
fn is_rule(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::{phrasebook::tests::assert_sound, phrases::tests::left};
    use super::*;

    #[test]
    fn no_wording_goes_unlooked_at() {
        assert_sound(&LINES);
        assert_sound(&SENTENCES);
    }

    #[test]
    fn lines_of_the_page_go() {
        for line in [
            "Advertisement",
            "ADVERTISEMENT",
            "Read more: Ferry fares to rise again",
            "Share this article on Facebook",
            "Share Tweet Email",
            "Sign up for our daily newsletter and never miss a story.",
            "© 2024 Ardmoor Courier. All rights reserved.",
            "We use cookies to improve your visit.",
            "24 comments",
            "* * *",
            "Related stories",
            "Follow @ardmoorcourier on Twitter.",
            "3 min read",
            "The post Ferry returns to the lake appeared first on Ardmoor Courier.",
            "First published in the Ardmoor Review.",
            "Originally published on ardmoor.example",
            "Author of the article: Jane Doe",
            "Create an account or sign in to continue with your reading experience.",
            "[What you need to know to start the day: Get Ardmoor Today in your inbox.]",
            "Sign up for our bridge letter, free every Friday.",
            "For the latest news from the lake, sign up for our letters.",
            "Get the best of the lake, delivered to your inbox.",
            "By signing up you agree to our terms.",
            "If you buy something using links in our stories, we may earn a commission.",
            "This helps support our journalism.",
            "Get in touch with our news team by emailing us at web@ardmoor.example.",
            "Do you have a story for us?",
            "Read the original article.",
            "This article is republished from the Ardmoor Review under a licence.",
        ] {
            assert_eq!(
                left(find, &format!("The bridge fell.\n{line}\nNobody was hurt.")),
                ["The bridge fell.", "Nobody was hurt."],
                "{line}"
            );
        }
    }

    #[test]
    fn sentences_of_the_page_go_out_of_the_middle_of_a_line() {
        let text = "The bridge fell. Scroll down for video. Nobody was hurt. E-mail to a friend.";
        assert_eq!(left(find, text), ["The bridge fell.", "Nobody was hurt."]);
    }

    #[test]
    fn news_about_such_things_stays() {
        for text in [
            "Advertisement sales fell by a tenth, the Courier said.",
            "Read the report before you judge it, she said.",
            "The company said that it will share this with its staff.",
            "Cookies were banned from the school canteen.",
            "Subscribers may sign up again in spring.",
            "Comments by the mayor angered the fishermen.",
            "Follow the money, he said.",
            "Copyright law will change next year.",
            "The post, which appeared first on Facebook, was deleted an hour later.",
            "First published in 1951, the novel has sold four million copies.",
            "Get in touch with reality, he told the council.",
            "Already a champion at 19, she wants more.",
            "The story is published in the Review today.",
            "By signing up 200 nurses the hospital hopes to end the strike.",
            "If you buy a house here, you pay for the view.",
            "We may earn less, but we sleep, the keeper said.",
            "For more than a year the bridge was closed.",
        ] {
            assert_eq!(left(find, text), [text]);
        }
    }
}
