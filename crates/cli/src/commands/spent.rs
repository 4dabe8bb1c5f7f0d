//! What servers have charged for a run, told at its end.

use standfirst_core::{plugin::PluginInfo, run::Plan, usage::Usage};

use crate::{
    messages,
    render::{figures, safe},
};

/// Says for each model of `plan` that asks a server what it has read, written and cost in this run, whatever
/// came of it; nothing of those whose servers do not say.
pub fn tell(plan: &Plan, quiet: bool) {
    if quiet {
        return;
    }
    let writers = plan.summarizers.iter().map(|model| (model.info(), model.spent()));
    let judge = plan.entailment.iter().map(|model| (model.info(), model.spent()));
    for (info, spent) in writers.chain(judge) {
        if let Some(spent) = spent {
            messages::notice(&line(info, spent));
        }
    }
}

fn line(info: &PluginInfo, spent: Usage) -> String {
    let tokens = |count: u64| figures::count(usize::try_from(count).unwrap_or(usize::MAX), "token");
    let (read, written) = (tokens(spent.prompt_tokens), tokens(spent.completion_tokens));
    let price = info.card.as_ref().and_then(|card| card.endpoint.as_ref()?.price.as_ref());
    let currency = price.and_then(|price| price.currency.as_deref());
    let currency = currency.map(|name| format!(" {}", safe::line(name))).unwrap_or_default();
    let cost = spent.cost.map(|cost| format!(", which cost {}{currency}", amount(cost)));
    let cost = cost.unwrap_or_default();
    format!("{} read {read} and wrote {written}{cost}", safe::line(&info.id))
}

/// A sum of money: to the hundredth from 1 on, and below as exactly as it is known.
fn amount(cost: f64) -> String {
    if cost >= 1.0 { format!("{cost:.2}") } else { format!("{cost}") }
}

#[cfg(test)]
mod tests {
    use standfirst_core::{card::ModelCard, plugin::Threading};

    use super::*;

    fn info(price: &str) -> PluginInfo {
        let card = format!(
            "id = \"far\"\nabout = \"a server\"\nlicense = \"MIT\"\ntask = \"summarize\"\nengine = \"openai\"\n\
             [prompt]\nuser = \"{{text}}\"\n[decoding]\nmax_new_tokens = 60\n\
             [endpoint]\nurl = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\n{price}"
        );
        PluginInfo {
            id: "far".into(),
            about: String::new(),
            threading: Threading::Caller,
            languages: Vec::new(),
            card: Some(ModelCard::parse("far.toml", &card).unwrap()),
        }
    }

    #[test]
    fn tokens_are_told_and_money_where_there_is_a_price() {
        let spent = Usage { prompt_tokens: 12_310, completion_tokens: 1, cost: None };
        assert_eq!(line(&info(""), spent), "far read 12,310 tokens and wrote 1 token");
        let price = "price = { input = 0.15, output = 0.6, currency = \"USD\" }";
        let told = line(&info(price), Usage { cost: Some(0.001_847), ..spent });
        assert_eq!(told, "far read 12,310 tokens and wrote 1 token, which cost 0.001847 USD");
        let told = line(&info(price), Usage { cost: Some(12.345_6), ..spent });
        assert!(told.ends_with("which cost 12.35 USD"), "{told}");
    }
}
