use std::path::Path;

use super::*;
use crate::engine::native::gguf::fixture::Writer;

fn chat(template: &str) -> Result<Chat, EngineError> {
    let bytes = Writer::new().text("tokenizer.chat_template", template).finish();
    Chat::from_gguf(&Gguf::parse(Path::new("a.gguf"), bytes).unwrap())
}

fn asked(sentences: usize) -> Asking {
    Asking { sentences, ..Asking::default() }
}

fn prompt(system: Option<&str>) -> Prompt {
    Prompt {
        system: system.map(str::to_owned),
        user: "In {sentences}:\n{text}\nNow.".to_owned(),
        rewrite: None,
        again: None,
        ..Prompt::default()
    }
}

const PLAIN: &str = "{% for message in messages %}[{{ message['role'] }}] {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}";

#[test]
fn the_article_stands_between_what_the_template_says() {
    let (before, after) =
        chat(PLAIN).unwrap().text_around(&prompt(Some("Be short.")), asked(2)).unwrap();
    assert_eq!(before, "[system] Be short.\n[user] In 2:\n");
    assert_eq!(after, "\nNow.\n[assistant] ");
}

#[test]
fn methods_of_python_are_there() {
    let template = "{{ messages[-1].content.strip().replace('Now.', 'Go.') }}{% if messages[0].content.startswith('In') %}!{% endif %}";
    let (_, after) = chat(template).unwrap().text_around(&prompt(None), asked(1)).unwrap();
    assert_eq!(after, "\nGo.!");
}

#[test]
fn without_a_template_the_prompt_stands_as_it_is() {
    let gguf = Gguf::parse(Path::new("a.gguf"), Writer::new().finish()).unwrap();
    let chat = Chat::from_gguf(&gguf).unwrap();
    let (before, after) = chat.text_around(&prompt(Some("Be short.")), asked(3)).unwrap();
    assert_eq!((before.as_str(), after.as_str()), ("Be short.\n\nIn 3:\n", "\nNow."));
}

#[test]
fn hostile_templates_are_errors() {
    let failure = |template: &str| match chat(template) {
        Err(error) => error.to_string() + &format!("{:?}", std::error::Error::source(&error)),
        Ok(chat) => chat.text_around(&prompt(None), asked(1)).unwrap_err().to_string(),
    };
    assert!(failure("{% for").contains("template"));
    assert!(failure("nothing").contains("leaves the article out"));
    assert!(failure("{{ messages[0].content }}{{ messages[0].content }}").contains("twice"));
    assert!(failure("{{ raise_exception('no system here') }}").contains("no system here"));
    let slow = "{% for a in range(1000) %}{% for b in range(1000) %}{% endfor %}{% endfor %}";
    assert!(failure(slow).contains("fuel"));
    let long = "{% for a in range(4000) %}{{ 'x' * 500 }}{% endfor %}{{ messages[0].content }}";
    assert!(failure(long).contains("too much"));
    let deep = "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}";
    assert!(!failure(deep).is_empty());
}

/// What a template makes of [`prompt`], or what it is refused for.
fn rendered(template: &str, system: Option<&str>) -> Result<String, String> {
    let said = |error: EngineError| {
        format!("{error}: {:?}", std::error::Error::source(&error).map(ToString::to_string))
    };
    let (before, after) = chat(template)
        .map_err(said)?
        .text_around(&prompt(system), asked(1))
        .map_err(|error| error.to_string())?;
    Ok(format!("{before}ARTICLE{after}"))
}

#[test]
fn the_templates_of_well_known_families_say_what_they_should() {
    let families = [
        // ChatML: each message between its marks, and the mark of the answer.
        (
            "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
            "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nIn 1:\nARTICLE\nNow.<|im_end|>\n<|im_start|>assistant\n",
        ),
        // SmolLM2: ChatML with a system message of its own, should there be none.
        (
            "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe helpful.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
            "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nIn 1:\nARTICLE\nNow.<|im_end|>\n<|im_start|>assistant\n",
        ),
        // Llama 2: the system message within the first of the user's.
        (
            "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set told = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set told = false %}{% endif %}{% for m in rest %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('user and assistant take turns') }}{% endif %}{% if loop.index0 == 0 and told != false %}{% set content = '<<SYS>>\n' + told + '\n<</SYS>>\n\n' + m['content'] %}{% else %}{% set content = m['content'] %}{% endif %}{% if m['role'] == 'user' %}{{ '[INST] ' + content.strip() + ' [/INST]' }}{% elif m['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' }}{% endif %}{% endfor %}",
            "[INST] <<SYS>>\nBe short.\n<</SYS>>\n\nIn 1:\nARTICLE\nNow. [/INST]",
        ),
        // Llama 3 with tools that there are none of: a date, dumps of JSON, what is undefined.
        (
            "{%- if not tools is defined %}{%- set tools = none %}{%- endif %}{%- if not date_string is defined %}{%- set date_string = '26 Jul 2024' %}{%- endif %}{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content']|trim %}{%- set messages = messages[1:] %}{%- else %}{%- set system_message = '' %}{%- endif %}{{- '<|start_header_id|>system<|end_header_id|>\n\nToday: ' + date_string + '\n\n' }}{%- if tools is not none %}{%- for t in tools %}{{- t | tojson(indent=4) }}{%- endfor %}{%- endif %}{{- system_message + '<|eot_id|>' }}{%- for message in messages %}{%- if not (message.role == 'ipython' or 'tool_calls' in message) %}{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}{%- elif message.tool_calls|length != 1 %}{{- raise_exception('one call at once') }}{%- endif %}{%- endfor %}{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}",
            "<|start_header_id|>system<|end_header_id|>\n\nToday: 26 Jul 2024\n\nBe short.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nIn 1:\nARTICLE\nNow.<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        // Mistral: turns are counted in a namespace, the system message stands in the last turn.
        (
            "{%- if messages[0]['role'] == 'system' %}{%- set told = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}{%- else %}{%- set loop_messages = messages %}{%- endif %}{%- set ns = namespace() %}{%- set ns.index = 0 %}{%- for m in loop_messages %}{%- if not (m.role == 'tool' or (m.tool_calls is defined and m.tool_calls is not none)) %}{%- if (m['role'] == 'user') != (ns.index % 2 == 0) %}{{- raise_exception('turns') }}{%- endif %}{%- set ns.index = ns.index + 1 %}{%- endif %}{%- endfor %}{%- for m in loop_messages %}{%- if m.role == 'user' %}{%- if loop.last and told is defined %}{{- '[INST] ' + told + '\n\n' + m.content + '[/INST]' }}{%- else %}{{- '[INST] ' + m.content + '[/INST]' }}{%- endif %}{%- elif m.role in ['assistant', 'model'] %}{{- ' ' + m.content|trim }}{%- endif %}{%- endfor %}",
            "[INST] Be short.\n\nIn 1:\nARTICLE\nNow.[/INST]",
        ),
        // Qwen with tools and with thoughts: messages backwards, splits, a macro, a list that grows.
        (
            "{%- macro shown(content) %}{%- if content is string %}{{- content }}{%- else %}{%- for part in content %}{{- part.text }}{%- endfor %}{%- endif %}{%- endmacro %}{%- if tools %}{%- for tool in tools %}{{- tool | tojson }}{%- endfor %}{%- elif messages[0].role == 'system' %}{{- '<|im_start|>system\n' + shown(messages[0].content) + '<|im_end|>\n' }}{%- endif %}{%- set ns = namespace(searching=true, last=messages|length - 1) %}{%- for m in messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}{%- if ns.searching and m.role == 'user' and not(m.content.startswith('<tool_response>') and m.content.endswith('</tool_response>')) %}{%- set ns.searching = false %}{%- set ns.last = index %}{%- endif %}{%- endfor %}{%- for m in messages %}{%- set content = m.content.split('</think>')[-1].lstrip('\n') %}{%- if m.role == 'user' or (m.role == 'system' and not loop.first) %}{{- '<|im_start|>' + m.role + '\n' + content + '<|im_end|>' + '\n' }}{%- endif %}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}",
            "<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\nIn 1:\nARTICLE\nNow.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        ),
        // Gemma: the assistant is the model, the system message goes before the first turn.
        (
            "{%- if messages[0]['role'] == 'system' -%}{%- if messages[0]['content'] is string -%}{%- set first = messages[0]['content'] + '\n\n' -%}{%- else -%}{%- set first = messages[0]['content'][0]['text'] + '\n\n' -%}{%- endif -%}{%- set turns = messages[1:] -%}{%- else -%}{%- set first = '' -%}{%- set turns = messages -%}{%- endif -%}{%- for m in turns -%}{%- set role = 'model' if m['role'] == 'assistant' else m['role'] -%}{{ '<start_of_turn>' + role + '\n' + (first if loop.first else '') }}{%- if m['content'] is string -%}{{ m['content'] | trim }}{%- elif m['content'] is iterable -%}{%- for item in m['content'] -%}{{ item['text'] | trim }}{%- endfor -%}{%- endif -%}{{ '<end_of_turn>\n' }}{%- endfor -%}{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}",
            "<start_of_turn>user\nBe short.\n\nIn 1:\nARTICLE\nNow.<end_of_turn>\n<start_of_turn>model\n",
        ),
        // Messages that are made anew: a list of maps, joined to the rest.
        (
            "{%- set extra = {'role': 'note', 'content': ['a', 'b'] | join('-')} -%}{%- set all = [extra] + messages -%}{%- for m in all if m.role != 'system' -%}{%- for key, value in m.items()|sort -%}{{ key }}={{ value }};{%- endfor -%}{%- endfor -%}{{ all | map(attribute='role') | list | tojson }}{{ all | selectattr('role', 'equalto', 'note') | map(attribute='content') | first }}",
            "content=a-b;role=note;content=In 1:\nARTICLE\nNow.;role=user;[\"note\",\"system\",\"user\"]a-b",
        ),
    ];
    for (template, expected) in families {
        assert_eq!(rendered(template, Some("Be short.")).as_deref(), Ok(expected), "{template}");
    }
    let (smol, _) = families[1];
    assert!(rendered(smol, None).unwrap().starts_with("<|im_start|>system\nBe helpful.<|im_end|>"));
}

/// What can be done with two lists, `a` and `b`.
const USES: [&str; 25] = [
    "{{ a }}",
    "{{ a ~ '' }}",
    "{{ '' ~ a }}",
    "{{ a|string }}",
    "{{ a|join }}",
    "{{ [a]|join(',') }}",
    "{{ ','.join([a]) }}",
    "{{ a|tojson }}",
    "{{ a|pprint }}",
    "{{ '%s'|format(a) }}",
    "{{ '{}'.format(a) }}",
    "{{ a == b }}",
    "{{ a != b }}",
    "{{ a < b }}",
    "{{ a in [b] }}",
    "{{ [a].count(b) }}",
    "{{ [a, b]|unique|list }}",
    "{{ [a, b]|sort }}",
    "{{ [a, b]|max }}",
    "{{ {a: 1}[b] }}",
    "{{ a is eq(b) }}",
    "{% filter replace('x', a|string) %}x{% endfilter %}",
    "{% set c %}{{ a }}{% endset %}",
    "{% macro m(y) %}{{ y }}{% endmacro %}{{ m(a) }}",
    "{% for y in a %}{{ y }}{% endfor %}",
];

#[test]
fn lists_that_hold_one_another_are_paid_for() {
    for (grow, start) in [
        ("[x, x]", "['x', 'x']"),
        ("(x, x)", "('x', 'x')"),
        ("{'a': x, 'b': x}", "{'a': 1}"),
        ("namespace(a=x, b=x)", "namespace(a=1)"),
        ("dict(a=x, b=x)", "dict(a=1)"),
        ("x|zip(x)|list", "['x', 'x']"),
        ("[x] * 2", "['x', 'x']"),
    ] {
        let step = format!("{{% set x = {grow} %}}").repeat(40);
        let list = |name| format!("{{% set x = {start} %}}{step}{{% set {name} = x %}}");
        let made = list("a") + &list("b");
        let error = rendered(&format!("{made}{{{{ messages[-1].content }}}}"), None).unwrap_err();
        let told = ["fuel", "too many lists"];
        assert!(told.iter().any(|part| error.contains(part)), "{grow}: {error}");
    }
    // Few are within what is allowed to be, though more cannot be used at will.
    let used = |steps: usize, uses: String| {
        let step = "{% set x = [x, x] %}".repeat(steps);
        let lists = format!("{{% set x = ['x', 'x'] %}}{step}{{% set a = x %}}{{% set b = x %}}");
        rendered(&format!("{lists}{uses}{{{{ messages[-1].content }}}}"), None)
    };
    for way in USES {
        assert!(used(3, way.to_owned()).is_ok(), "{way}: {:?}", used(3, way.to_owned()));
        let error = used(10, way.repeat(200)).unwrap_err();
        assert!(error.contains("fuel"), "{way}: {error}");
    }
}

#[test]
fn nothing_is_put_into_itself_without_end() {
    let loops = [
        "{% set n = namespace() %}{% set n.a = n %}",
        "{% set n = namespace() %}{% set n.a = [n] %}",
        "{% set n = namespace() %}{% set n.a = {'k': (n, 1)} %}",
        "{% set n = namespace(a=[]) %}{% for i in range(5000) %}{% set n.a = [n.a] %}{% endfor %}",
        "{% set n = namespace(a=[1]) %}{% for i in range(5000) %}{% set n.a = {'k': n.a} %}{% endfor %}",
    ];
    for template in loops {
        let error = rendered(&format!("{template}{{{{ messages[-1].content }}}}"), None);
        let error = error.unwrap_err();
        let told = ["namespace in a namespace", "too many lists", "fuel"];
        assert!(told.iter().any(|part| error.contains(part)), "{template}: {error}");
    }
    // What only says how elements can be had stands on itself as well.
    for step in ["n.a[1:]", "n.a[::-1]", "n.a + n.a[:1]", "n.a|reverse", "n.a * 1"] {
        let template = format!(
            "{{% set n = namespace(a=[1, 2, 3]) %}}{{% for i in range(9000) %}}{{% set n.a = {step} %}}{{% endfor %}}{{{{ n.a|length }}}}{{{{ messages[-1].content }}}}"
        );
        // Either is right; to come back is what matters.
        let _ = rendered(&template, None);
    }
}

#[test]
fn constants_are_not_multiplied_before_the_template_runs() {
    for constant in [
        "([1] * 99999) * 99999 ~ ''",
        "([[1] * 99999] * 99999)|string",
        "(([1] * 99999) * 99999) == (([1] * 99999) * 99999)",
        "-1 in (([1] * 99999) * 99999)",
    ] {
        let error = rendered(&format!("{{{{ {constant} }}}}{{{{ messages[-1].content }}}}"), None);
        assert!(error.is_err(), "{constant}");
    }
    let long = "x".repeat(MAX_SOURCE + 1);
    assert!(rendered(&long, None).unwrap_err().contains("longer than any template"));
}
