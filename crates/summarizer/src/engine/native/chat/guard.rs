//! A template in which every value is weighed before anything is made of it.
//!
//! The template engine pays for the bytes that it makes, but only once they are made, and for a
//! container by its own length, whatever the containers in it hold. So a list that holds a list twice,
//! forty times over, is free until it is turned into text, compared or written as JSON, and endless
//! then. Hence this: the syntax tree of a template is built anew with the filter
//! [`WEIGHED`] around every operand, argument and element, so that whatever is
//! done to a value is paid for by all that it holds, beforehand and in one place.

use minijinja::machinery::ast::{self, CallArg, Expr, Spanned, Stmt};

use super::weigh::{KEPT, WEIGHED};

/// `stmt` with every value weighed.
pub(super) fn statement<'a>(stmt: &Stmt<'a>) -> Stmt<'a> {
    match stmt {
        Stmt::Template(node) => {
            Stmt::Template(again(node, ast::Template { children: body(&node.children) }))
        }
        Stmt::EmitExpr(node) => Stmt::EmitExpr(again(node, ast::EmitExpr { expr: emitted(node) })),
        Stmt::EmitRaw(node) => Stmt::EmitRaw(again(node, ast::EmitRaw { raw: node.raw })),
        Stmt::ForLoop(node) => Stmt::ForLoop(again(node, for_loop(node))),
        Stmt::IfCond(node) => {
            let [true_body, false_body] =
                [&node.true_body, &node.false_body].map(|part| body(part));
            let expr = expression(&node.expr);
            Stmt::IfCond(again(node, ast::IfCond { expr, true_body, false_body }))
        }
        Stmt::WithBlock(node) => {
            let assignment = |(to, from): &(Expr<'a>, Expr<'a>)| (target(to), assigned(to, from));
            let assignments = node.assignments.iter().map(assignment).collect();
            Stmt::WithBlock(again(node, ast::WithBlock { assignments, body: body(&node.body) }))
        }
        Stmt::Set(node) => {
            let expr = assigned(&node.target, &node.expr);
            Stmt::Set(again(node, ast::Set { target: target(&node.target), expr }))
        }
        Stmt::SetBlock(node) => {
            let filter = node.filter.as_ref().map(expression);
            let (target, body) = (target(&node.target), body(&node.body));
            Stmt::SetBlock(again(node, ast::SetBlock { target, filter, body }))
        }
        Stmt::AutoEscape(node) => {
            let (enabled, body) = (expression(&node.enabled), body(&node.body));
            Stmt::AutoEscape(again(node, ast::AutoEscape { enabled, body }))
        }
        Stmt::FilterBlock(node) => {
            let (filter, body) = (expression(&node.filter), body(&node.body));
            let filter_span = node.filter_span;
            Stmt::FilterBlock(again(node, ast::FilterBlock { filter, filter_span, body }))
        }
        Stmt::Macro(node) => Stmt::Macro(again(node, declared(node))),
        Stmt::CallBlock(node) => Stmt::CallBlock(again(node, call_block(node))),
        Stmt::Continue(node) => Stmt::Continue(again(node, ast::Continue)),
        Stmt::Break(node) => Stmt::Break(again(node, ast::Break)),
        Stmt::Do(node) => {
            Stmt::Do(again(node, ast::Do { call: again(&node.call, call(&node.call)) }))
        }
    }
}

/// `node` in the place of `old`.
fn again<T, U>(old: &Spanned<T>, node: U) -> Spanned<U> {
    Spanned::new(node, old.span())
}

fn body<'a>(statements: &[Stmt<'a>]) -> Vec<Stmt<'a>> {
    statements.iter().map(statement).collect()
}

/// What is put out. The engine knows the call of a recursive loop by its form, which stays.
fn emitted<'a>(node: &ast::EmitExpr<'a>) -> Expr<'a> {
    match &node.expr {
        Expr::Call(call) if matches!(&call.expr, Expr::Var(name) if name.id == "loop") => {
            expression(&node.expr)
        }
        expr => weighed(expr),
    }
}

fn for_loop<'a>(node: &ast::ForLoop<'a>) -> ast::ForLoop<'a> {
    ast::ForLoop {
        target: target(&node.target),
        iter: weighed(&node.iter),
        filter_expr: node.filter_expr.as_ref().map(expression),
        recursive: node.recursive,
        body: body(&node.body),
        else_body: body(&node.else_body),
    }
}

fn declared<'a>(node: &ast::Macro<'a>) -> ast::Macro<'a> {
    ast::Macro {
        name: node.name,
        args: node.args.iter().map(target).collect(),
        defaults: node.defaults.iter().map(weighed).collect(),
        body: body(&node.body),
    }
}

fn call_block<'a>(node: &ast::CallBlock<'a>) -> ast::CallBlock<'a> {
    ast::CallBlock {
        call: again(&node.call, call(&node.call)),
        call_expr_span: node.call_expr_span,
        macro_decl: again(&node.macro_decl, declared(&node.macro_decl)),
    }
}

/// What stands left of `=`: names, lists of names, and attributes of namespaces.
fn target<'a>(expr: &Expr<'a>) -> Expr<'a> {
    match expr {
        Expr::List(node) => {
            Expr::List(again(node, ast::List { items: node.items.iter().map(target).collect() }))
        }
        expr => expression(expr),
    }
}

/// What is put into `to`. A namespace that came to hold itself would never be freed.
fn assigned<'a>(to: &Expr<'a>, from: &Expr<'a>) -> Expr<'a> {
    if has_attribute(to) { filtered(KEPT, from) } else { expression(from) }
}

fn has_attribute(target: &Expr<'_>) -> bool {
    match target {
        Expr::Var(_) => false,
        Expr::List(list) => list.items.iter().any(has_attribute),
        _ => true,
    }
}

/// `expr`, weighed before it is used. A constant is as large as the template makes it.
fn weighed<'a>(expr: &Expr<'a>) -> Expr<'a> {
    match expr {
        Expr::Const(_) => expression(expr),
        expr => filtered(WEIGHED, expr),
    }
}

fn filtered<'a>(name: &'a str, expr: &Expr<'a>) -> Expr<'a> {
    let node = ast::Filter { name, expr: Some(expression(expr)), args: Vec::new() };
    Expr::Filter(Spanned::new(node, expr.span()))
}

/// `expr`, whose parts are weighed.
fn expression<'a>(expr: &Expr<'a>) -> Expr<'a> {
    match expr {
        Expr::Var(node) => Expr::Var(again(node, ast::Var { id: node.id })),
        Expr::Const(node) => Expr::Const(again(node, ast::Const { value: node.value.clone() })),
        Expr::Slice(node) => {
            let slice = ast::Slice {
                expr: weighed(&node.expr),
                start: optional(node.start.as_ref()),
                stop: optional(node.stop.as_ref()),
                step: optional(node.step.as_ref()),
            };
            Expr::Slice(again(node, slice))
        }
        Expr::UnaryOp(node) => Expr::UnaryOp(again(node, unary(node))),
        Expr::BinOp(node) => {
            let (left, right) = (weighed(&node.left), weighed(&node.right));
            Expr::BinOp(again(node, ast::BinOp { op: node.op, left, right }))
        }
        Expr::Compare(node) => {
            let compared =
                |op: &ast::CompareOp<'a>| ast::CompareOp { op: op.op, expr: weighed(&op.expr) };
            let (expr, ops) = (weighed(&node.expr), node.ops.iter().map(compared).collect());
            Expr::Compare(again(node, ast::Compare { expr, ops }))
        }
        Expr::IfExpr(node) => Expr::IfExpr(again(node, if_expr(node))),
        Expr::Filter(node) => {
            let (name, expr, args) =
                (node.name, optional(node.expr.as_ref()), arguments(&node.args));
            Expr::Filter(again(node, ast::Filter { name, expr, args }))
        }
        Expr::Test(node) => {
            let (name, expr, args) = (node.name, weighed(&node.expr), arguments(&node.args));
            Expr::Test(again(node, ast::Test { name, expr, args }))
        }
        Expr::GetAttr(node) => {
            let expr = expression(&node.expr);
            Expr::GetAttr(again(node, ast::GetAttr { expr, name: node.name }))
        }
        Expr::GetItem(node) => {
            let (expr, subscript_expr) = (expression(&node.expr), weighed(&node.subscript_expr));
            Expr::GetItem(again(node, ast::GetItem { expr, subscript_expr }))
        }
        Expr::Call(node) => Expr::Call(again(node, call(node))),
        Expr::List(node) => Expr::List(again(node, ast::List { items: all(&node.items) })),
        Expr::Tuple(node) => Expr::Tuple(again(node, ast::Tuple { items: all(&node.items) })),
        Expr::Map(node) => {
            let (keys, values) = (all(&node.keys), all(&node.values));
            Expr::Map(again(node, ast::Map { keys, values }))
        }
    }
}

#[expect(clippy::needless_match, reason = "the engine's kinds can neither be copied nor cloned")]
fn unary<'a>(node: &ast::UnaryOp<'a>) -> ast::UnaryOp<'a> {
    let op = match node.op {
        ast::UnaryOpKind::Not => ast::UnaryOpKind::Not,
        ast::UnaryOpKind::Neg => ast::UnaryOpKind::Neg,
    };
    ast::UnaryOp { op, expr: expression(&node.expr) }
}

fn if_expr<'a>(node: &ast::IfExpr<'a>) -> ast::IfExpr<'a> {
    ast::IfExpr {
        test_expr: expression(&node.test_expr),
        true_expr: expression(&node.true_expr),
        false_expr: node.false_expr.as_ref().map(expression),
    }
}

/// A call. What is called stays as it is: the engine tells functions and methods by its form.
fn call<'a>(node: &ast::Call<'a>) -> ast::Call<'a> {
    let expr = match &node.expr {
        Expr::GetAttr(method) => {
            let expr = weighed(&method.expr);
            Expr::GetAttr(again(method, ast::GetAttr { expr, name: method.name }))
        }
        other => expression(other),
    };
    ast::Call { expr, args: arguments(&node.args) }
}

fn arguments<'a>(args: &[CallArg<'a>]) -> Vec<CallArg<'a>> {
    let argument = |arg: &CallArg<'a>| match arg {
        CallArg::Pos(expr) => CallArg::Pos(weighed(expr)),
        CallArg::Kwarg(name, expr) => CallArg::Kwarg(name, weighed(expr)),
        CallArg::PosSplat(expr) => CallArg::PosSplat(weighed(expr)),
        CallArg::KwargSplat(expr) => CallArg::KwargSplat(weighed(expr)),
    };
    args.iter().map(argument).collect()
}

fn all<'a>(items: &[Expr<'a>]) -> Vec<Expr<'a>> {
    items.iter().map(weighed).collect()
}

fn optional<'a>(expr: Option<&Expr<'a>>) -> Option<Expr<'a>> {
    expr.map(weighed)
}
