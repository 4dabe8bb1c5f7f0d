//! What a page puts around an article: advertisement, sharing, subscription, links, copyright.

use std::sync::LazyLock;

use regex::RegexSet;

use standfirst_core::article::Reason;

use super::{block::Block, draft::Mark, phrases};

/// A line of more words than this is looked at sentence by sentence.
const MAX_LINE: usize = 25;

/// Confidence in a line without a word.
const RULE: f64 = 0.99;

/// Whole lines.
static LINES: LazyLock<RegexSet> = LazyLock::new(|| {
    phrases::set(&[
        r"^advertis(ement|ing)s?$",
        r"^(story|article) continues (below|after)\b",
        r"^continue reading\b",
        r"^(related|recommended|more) (stories|articles|coverage|content|topics|links|news|reading|videos?)\b[^.!?]*$",
        r"^(most (read|popular|viewed|shared)|editor[’']?s[’']? picks|trending( now)?|you may also like|more on this story|more from\b|what to read next|around the web)[ ,:;|/()-]*[^.!?]*$",
        r"^(read|see|watch|listen|view)( more| also| next| this| the full)?\s*[:»>]",
        r"^(read|see|view) (more|also|next)\b",
        r"^related\s*:",
        r"^(share|tweet|email|e-mail|print|save|pin|whatsapp|facebook|twitter|linkedin|reddit|link|copy link|comments?)([ ,:;|/()-]+(share|tweet|email|e-mail|print|save|pin|whatsapp|facebook|twitter|linkedin|reddit|link|copy link|comments?|this|article|story|page|on|via|with|by|x))*$",
        r"^(share|tweet|email|e-mail|print) this\b[^.!?]*$",
        r"^(\d[\d,]* |view |show |hide |read |leave a |add a |post a |join the |all )?(comments?|conversation)( \(?\d+\)?)?$",
        r"^(skip to|jump to|back to|return to) (main |the )?(content|navigation|top|homepage|article)$",
        r"^(site|main|mobile)( \w+)? navigation$",
        r"^(log in|sign in|menu|search|subscribe( now)?|sign up( now| here)?|register( now)?)$",
        r"^(copyright[ ,:;|/()-]+(\d{4}|©|\(c\)|by\b)|©|\(c\)\s?\d{4})",
        r"^(tags|topics|filed under|categories|keywords)\s*:",
        r"^\d+ (min(ute)?s?) read$",
        r"^the post\b.+\bappeared first on\b[^,;]*$",
        r"^(first|originally) (published|appeared) (in|on|by|at)\b([^.,;:!?]|[.][a-z]){2,60}$",
        r"^authors? of (the|this) article\b[^.!?]*$",
        r"^(create|register|open) (a |an |your )?(free )?account\b[^.!?]*\b(continue|read|access)\b[^.!?]*$",
        r"^already (a (subscriber|member)|registered|have an account|subscribed)\b[^.]*$",
        r"^(hide|show|toggle) (caption|transcript|comments?)$",
        r"^(with )?(files|inputs?) from (the )?[^.!?]{2,40}$",
    ])
});

/// Sentences of their own or among others.
static SENTENCES: LazyLock<RegexSet> = LazyLock::new(|| {
    phrases::set(&[
        r"^e-?mail (this )?to a friend$",
        r"^scroll down (for|to)\b.*$",
        r"^(read|see|watch|read also|see also|read more|watch more|read this|watch this|more|related)\s*:\s.*$",
        r"^(read|see) more (about|on|from|at|here|in)\b.*$",
        r"^(watch|see|hear|read|view|explore|learn)\b.*\s»$",
        r"^click (here|on the link|the link)\b.*$",
        r"\b(for|to) (more|the latest|the full|further)\b.*\b(click here|go to www|visit www|visit our)\b",
        r"^(sign up|subscribe|register)\b.*\b(newsletters?|inbox|briefings?|alerts?|e-?mails?|updates|channel|podcast|unlimited|edition)\b",
        r"^get\b.*\b((in|to) your inbox|newsletter|our (free )?app)\b",
        r"^enter your e-?mail\b",
        r"^(follow|like|find|join|tweet) (us|@\w+)\b.*$",
        r"^follow .* on (twitter|facebook|instagram|x|threads|bluesky)\b.*$",
        r"^(we use|this (web)?site uses|our (web)?site uses|by (continuing|using|clicking))\b.*\bcookies?\b",
        r"^(accept|manage|reject)( all)? cookies\b",
        r"^download (the|our) .*\bapp\b",
        r"^(copyright|©|\(c\)) ?(©|\(c\))? ?\d{4}\b",
        r"^(all|some) rights reserved\b.*$",
        r"may not be (published|reproduced|republished), (broadcast|rewritten|reproduced|in whole)",
        r"^this (article|story|post|piece) (was )?(originally|first) (published|appeared|ran)\b",
        r"^this (article|story|page) (was|has been) (last )?updated\b",
        r"^(send|e-?mail) (us )?your (comments|story|stories|tips|views|pictures)\b",
        r"^join the (conversation|discussion|debate) (below|in the comments|on)\b",
        r"^(sign up|subscribe) (here |now |today |free )?(for|to) our\b",
        r"^for (the latest|more|all the latest|breaking)\b.*\b(sign up|subscribe)\b",
        r"^(what you need to know|need to know|the best of|all the)\b.*\b(in|to) your inbox\b",
        r"\b(delivered|straight|directly|direct|sent|right) (in)?to your (inbox|e-?mail)\b",
        r"^by (signing up|subscribing|registering)\b.*\b(agree|accept|terms|policy)\b",
        r"^you can unsubscribe\b",
        r"^if you (buy|purchase|order|click)\b.*\b(commission|links?)\b",
        r"\bwe (may|might|could) (earn|receive|get|make)\b.*\b(commission|revenue|fee)s?\b",
        r"^(this|our) (article|story|page|post|site|website) (contains|may contain|includes) affiliate\b",
        r"^(this|it) helps (to )?(support|fund) our (journalism|newsroom|reporting|work)\b",
        r"^(get in touch|contact|send your (story|tip)s?)\b.*\b(our|the) (news|web|editorial|digital)[ -]?(team|desk|room)\b",
        r"^(do|have) you (have|got) (a|an|any) (story|stories|news tip|tip|tips)\b.{0,40}$",
        r"^(read|see) the (original|full) (article|story|version|post)( here)?$",
        r"^this (article|story|post|piece) is (re-?)?published (from|by|in|with|under)\b",
        r"^start your (day|morning|week) with\b",
        r"^(now )?you can (now )?(hear|listen to|watch|read) (us|this|our|the|a)\b.*\b(podcast|audio|edition|newsletter|app)\b",
        r"^(check out|take a look at) (our|another|more of our)\b",
        r"^(republished|reprinted) (here )?(with|by) (the )?(kind )?permission\b",
    ])
});

/// The boilerplate.
pub(super) fn find(blocks: &[Block]) -> Vec<Mark> {
    let mut marks = phrases::find(blocks, &LINES, MAX_LINE, &SENTENCES, Reason::Boilerplate);
    let rules = blocks.iter().enumerate().filter(|(_, block)| is_rule(block.text()));
    marks.extend(rules.map(|(index, block)| Mark::whole(index, block, Reason::Boilerplate, RULE)));
    marks
}

/// Whether a line is a row of stars or dashes.
fn is_rule(text: &str) -> bool {
    !text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::super::phrases::tests::left;
    use super::*;

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
