use super::*;

fn texts(sentence: &str) -> Vec<String> {
    clauses(sentence).into_iter().map(|clause| clause.text).collect()
}

#[test]
fn a_statement_has_its_subject_first_and_a_verb() {
    for whole in ["Dockers at Orm walked out on Tuesday", "The lake has grown by 1,200 metres"] {
        assert!(is_statement(whole), "{whole}");
    }
    for other in [
        "In the weeks before the vote in May",
        "In May the council of Orm voted",
        "Three towns in the valley",
        "The man who shot the mayor of Orm",
        "While the council voted in May",
        "But the council voted in May",
        "",
    ] {
        assert!(!is_statement(other), "{other}");
    }
}

#[test]
fn statements_with_subjects_of_their_own_stand_apart() {
    assert_eq!(
        texts("The council bought 12 buses on Monday, and the mayor resigned two days later."),
        ["The council bought 12 buses on Monday.", "The mayor resigned two days later."]
    );
    assert_eq!(
        texts("Shares of Velden fell 12%; analysts had expected a rise."),
        ["Shares of Velden fell 12%.", "Analysts had expected a rise."]
    );
    assert_eq!(
        texts("Harwick won the cup, while its coach was sent off in the second half."),
        ["Harwick won the cup.", "Its coach was sent off in the second half."]
    );
}

#[test]
fn what_shares_its_subject_gets_it_with_the_auxiliary() {
    assert_eq!(
        texts("Anna Hale left the party in May and founded one of her own."),
        ["Anna Hale left the party in May.", "Anna Hale founded one of her own."]
    );
    assert_eq!(
        texts("Two men were arrested and charged with fraud."),
        ["Two men were arrested.", "Two men were charged with fraud."]
    );
    assert_eq!(
        texts("Hale was found guilty and sentenced to ten years."),
        ["Hale was found guilty.", "Hale was sentenced to ten years."]
    );
    assert_eq!(
        texts("The bridge has been closed but will open again in June."),
        ["The bridge has been closed.", "The bridge will open again in June."]
    );
    assert_eq!(
        texts("Anna Hale resigned on Friday, and she was soon forgotten."),
        ["Anna Hale resigned on Friday.", "Anna Hale was soon forgotten."]
    );
    // Whom it means is not sure.
    assert_eq!(
        texts("Hale accused Bell of fraud, and he resigned on Monday."),
        ["Hale accused Bell of fraud.", "He resigned on Monday."]
    );
}

#[test]
fn relative_clauses_between_commas_are_statements() {
    assert_eq!(
        texts("Anna Hale, who won the race twice, died on Sunday."),
        ["Anna Hale won the race twice.", "Anna Hale died on Sunday."]
    );
    assert_eq!(
        texts("The club praised Anna Hale, who won the race twice."),
        ["The club praised Anna Hale.", "Anna Hale won the race twice."]
    );
}

#[test]
fn what_is_one_statement_stays_one() {
    for whole in [
        "The council bought 12 buses on Monday.",
        "If the council agrees, the buses will be bought and the line will open.",
        "The mayor said the buses were late and the drivers were tired.",
        "Hale and Bell met in Velden and Harwick.",
        "He bought the house and the garden which was sold last year.",
        "The firm plans to buy the mill and sell the yard.",
        "\"We came and we lost,\" said Hale.",
        "Neither the council met nor the mayor spoke, and the vote was lost.",
        "The burned and looted shop was closed.",
        "The man who was shot and killed on Monday was named.",
        "It is a song written by Hale and released in May.",
        "Police said the suspect is at large and may be armed.",
        "The court found Hale had lied and jailed her.",
        "The suspect was shot and died at the scene.",
        "Hale was elected in May and vowed to cut taxes.",
        "Police seized cash and a car owned by Hale.",
        "Rebels destroyed a bridge, two tanks, and a depot used by troops.",
        "She lost the job and the house she had bought.",
        "The man arrested on Monday and his brother were charged.",
        "Hale will resign and the party will split if the vote is lost.",
        "The bridge will be closed until repairs are done and the river has fallen.",
        "The mayor said the buses were late, and the drivers were tired.",
        "The buses were late and the drivers were tired, the mayor said.",
        "'He came and he lost,' said Hale.",
        "Anna Hale was born in Velden, and studied at its university.",
        "The mayor met Hale and Bell was absent.",
        "She met the mayor of Harwick, who resigned on Monday.",
        "The agency published maps and reports on the damage.",
        "The dealer sold new and used cars.",
        "The firm sold a mill that had burned and reopened.",
        "",
        "Fire.",
    ] {
        assert_eq!(texts(whole), [""; 0], "{whole}");
    }
}

#[test]
fn spans_are_parts_of_the_sentence_in_order() {
    let sentence = "Hale left (at last) in May, and “nobody wept,” but the yard was sold and the mill burned down.";
    let found = clauses(sentence);
    for pair in found.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{found:?}");
    }
    assert!(found.len() <= MAX_CLAUSES);
}

proptest::proptest! {
    #[test]
    fn any_text_has_statements_within_it(text in "([a-zA-Z]{1,8}|and|but|who|was|[,;.\"“”()]| |\\PC){0,60}") {
        for clause in clauses(&text) {
            proptest::prop_assert!(text.get(clause.span.range()).is_some());
        }
    }
}

/// Where people cut a sentence of Wikipedia in two, at a place that is ours (`WikiSplit`, Botha et al. 2018).
#[test]
#[ignore = "needs STANDFIRST_DATA"]
fn with_data_cuts_are_where_people_cut() {
    let words =
        |text: &str| -> Vec<String> { crate::words::words(text).map(str::to_lowercase).collect() };
    let (mut cut, mut right) = (0, 0);
    let rows = standfirst_testdata::rows("data/split_wikisplit/dev.jsonl");
    for row in &rows {
        // Set in tokens: two marks for one, and a blank before what clings to a word.
        let sentence = row["text"].as_str().unwrap();
        let sentence =
            &sentence.replace("''", "\"").replace(" '", "'").replace(" ,", ",").replace(" ;", ";");
        let found = clauses(sentence);
        if found.is_empty() {
            continue;
        }
        let theirs = words(row["split"][0].as_str().unwrap()).len();
        let ours: Vec<usize> =
            found.iter().map(|clause| words(&sentence[..clause.span.start]).len()).collect();
        let same = ours.iter().any(|&at| at > 0 && at.abs_diff(theirs) <= 2);
        cut += 1;
        right += usize::from(same);
        println!("{same}: {:?}", found.iter().map(|clause| &clause.text).collect::<Vec<_>>());
    }
    println!("{cut} of {} cut, {right} within two words of where people cut", rows.len());
    assert!(right * 2 >= cut, "{right} of {cut}");
}
