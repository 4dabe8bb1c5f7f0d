//! Which blocks are running text. The extractor leaves titles, dates, lists of other stories and
//! calls to subscribe at the ends of an article; none of them reads like a sentence.

use super::blocks::{Block, Kind, ends_sentence};

/// A block in which more than this share is links is a list of other stories, not prose.
const MAX_LINKED: f64 = 0.6;
/// Characters of a block that opens the article; shorter ones are dates, names and kickers.
const MIN_OPENING: usize = 60;
/// Characters of a block that needs no stop to be prose.
const MIN_WITHOUT_STOP: usize = 160;
/// Characters of a block that may end the article.
const MIN_CLOSING: usize = 20;

/// The blocks from the first of running text to the last, without those that are all links. All of
/// them where none is running text.
pub(super) fn trim(blocks: Vec<Block>) -> Vec<Block> {
    let opening = blocks.iter().position(|block| is_prose(block, MIN_OPENING));
    let closing = blocks.iter().rposition(|block| is_prose(block, MIN_CLOSING));
    let (Some(first), Some(last)) = (opening, closing) else { return blocks };
    let first = first - short_sentences_before(&blocks[..first]);
    let kept = blocks.into_iter().take(last + 1).skip(first);
    kept.filter(|block| !is_linked(block)).collect()
}

/// How many of the last blocks are short sentences: an article may open with one.
fn short_sentences_before(blocks: &[Block]) -> usize {
    blocks.iter().rev().take_while(|block| is_prose(block, MIN_CLOSING)).count()
}

/// Bytes of running text.
pub(super) fn length(blocks: &[Block]) -> usize {
    blocks.iter().filter(|block| is_prose(block, MIN_OPENING)).map(|block| block.text.len()).sum()
}

/// Whether a block reads like a sentence of at least `length` characters.
pub(super) fn is_prose(block: &Block, length: usize) -> bool {
    let long = block.text.chars().count();
    let running = matches!(block.kind, Kind::Paragraph | Kind::Item) && !is_linked(block);
    running && (long >= MIN_WITHOUT_STOP || long >= length && ends_sentence(&block.text))
}

fn is_linked(block: &Block) -> bool {
    block.linked as f64 > MAX_LINKED * block.text.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(kind: Kind, text: &str, linked: usize) -> Block {
        Block { kind, text: text.into(), linked }
    }

    #[test]
    fn what_stands_before_and_after_the_prose_goes() {
        let lead = "The harbour bridge opened to traffic on Monday after four years of work.";
        let blocks = vec![
            block(
                Kind::Heading,
                "Bridge opens at last, and nobody can quite believe it is true",
                0,
            ),
            block(Kind::Paragraph, "12 May 2024", 0),
            block(Kind::Paragraph, "It is finally there.", 0),
            block(Kind::Paragraph, lead, 0),
            block(Kind::Heading, "What it cost", 0),
            block(Kind::Paragraph, "Read more: what the bridge cost.", 30),
            block(Kind::Item, "Nobody would say how much.", 0),
            block(Kind::Paragraph, "Share this", 0),
        ];
        let kept: Vec<String> = trim(blocks).into_iter().map(|block| block.text).collect();
        assert_eq!(
            kept,
            ["It is finally there.", lead, "What it cost", "Nobody would say how much."]
        );
    }

    #[test]
    fn a_page_without_prose_stays_whole() {
        let blocks = vec![block(Kind::Paragraph, "Short", 0), block(Kind::Paragraph, "Two", 3)];
        assert_eq!(trim(blocks.clone()), blocks);
    }
}
