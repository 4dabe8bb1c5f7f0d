//! What a value of a template holds, counted and paid for.

use minijinja::{
    Environment, Error, ErrorKind, State, Value,
    value::{DynObject, ObjectRepr, Tuple, ValueKind},
};

/// The filter that lets a value through once all that it holds is paid for. No template can spell it,
/// and none would gain by it.
pub(super) const WEIGHED: &str = "weighed-before-use";
/// The same for what is kept in a namespace.
pub(super) const KEPT: &str = "weighed-before-kept";
/// Most containers within one another: what is done to a value calls itself as often.
const MAX_DEPTH: usize = 32;
/// Bytes of text that one step pays for, as in the engine.
const BYTES_PER_STEP: usize = 64;
/// The engine's name of the one container that can be changed once it is made.
const NAMESPACE: &str = "::Namespace";

/// Teaches `environment` the two filters.
pub(super) fn add_filters(environment: &mut Environment<'_>) {
    environment.add_filter(WEIGHED, weighed);
    environment.add_filter(KEPT, kept);
}

/// `value`, paid for. What only says how its elements can be had, a slice or a repetition, becomes
/// the list of them, since such promises stand on one another without end, too.
fn weighed(state: &State<'_, '_>, value: Value) -> Result<Value, Error> {
    let Some(object) = value.as_object() else { return Ok(value) };
    if is_promise(&value, object) {
        let mut items = Vec::new();
        for item in object.try_iter().into_iter().flatten() {
            state.consume_fuel(1)?;
            item_weight(state, &item, 1)?;
            items.push(item);
        }
        return Ok(Value::from(items));
    }
    weigh(state, object, 1)?;
    Ok(value)
}

/// `value`, paid for, unless a namespace is in it: one could come to hold itself.
fn kept(state: &State<'_, '_>, value: Value) -> Result<Value, Error> {
    let value = weighed(state, value)?;
    if has_namespace(&value) {
        return Err(refused("it keeps a namespace in a namespace"));
    }
    Ok(value)
}

/// Whether `value` is a sequence, but neither a list nor a tuple.
fn is_promise(value: &Value, object: &DynObject) -> bool {
    matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable)
        && object.downcast_ref::<Vec<Value>>().is_none()
        && object.downcast_ref::<Tuple>().is_none()
}

/// Pays for all that `object` holds.
fn weigh(state: &State<'_, '_>, object: &DynObject, depth: usize) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(refused("it puts too many lists into one another"));
    }
    match object.repr() {
        ObjectRepr::Plain => Ok(()),
        ObjectRepr::Map => {
            for (key, item) in object.try_iter_pairs().into_iter().flatten() {
                item_weight(state, &key, depth)?;
                item_weight(state, &item, depth)?;
            }
            Ok(())
        }
        ObjectRepr::Seq | ObjectRepr::Iterable => {
            for item in object.try_iter().into_iter().flatten() {
                item_weight(state, &item, depth)?;
            }
            Ok(())
        }
        _ => Err(refused("it has a value of an unknown kind")),
    }
}

fn item_weight(state: &State<'_, '_>, item: &Value, depth: usize) -> Result<(), Error> {
    let bytes = item.as_str().map_or(0, str::len);
    state.consume_fuel(1 + (bytes / BYTES_PER_STEP) as u64)?;
    item.as_object().map_or(Ok(()), |object| weigh(state, object, depth + 1))
}

/// Whether a namespace is anywhere in `value`, which has been weighed.
fn has_namespace(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    if object.type_name().ends_with(NAMESPACE) {
        return true;
    }
    match object.repr() {
        ObjectRepr::Plain => false,
        ObjectRepr::Map => object
            .try_iter_pairs()
            .into_iter()
            .flatten()
            .any(|(key, item)| has_namespace(&key) || has_namespace(&item)),
        _ => object.try_iter().into_iter().flatten().any(|item| has_namespace(&item)),
    }
}

fn refused(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}
