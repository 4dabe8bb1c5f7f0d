//! The pickle in a checkpoint of `PyTorch`, read as what it says of tensors and nothing else.
//!
//! A pickle is a program for a machine with a stack that may call whatever Python can import. Here it can build
//! texts, numbers, tuples, lists and dictionaries, and of calls it can make the four that tensors consist of, none of
//! which is made: each becomes a value that says what was asked. Any other class and any other operation ends the
//! reading with its name. Work and memory grow with the length of the pickle and with nothing that it says.

use std::{collections::BTreeMap, rc::Rc};

/// Tuples in tuples that are followed; those of tensors are three deep. Values are dropped as deep as they are
/// nested, on a stack that ends.
const MAX_DEPTH: usize = 16;
/// Dimensions of a tensor.
const MAX_DIMENSIONS: usize = 8;

/// What a number of a storage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    F64,
    F32,
    F16,
    Bf16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

impl Type {
    /// Classes of storages, by what they hold.
    const CLASSES: [(&'static str, Self); 10] = [
        ("DoubleStorage", Self::F64),
        ("FloatStorage", Self::F32),
        ("HalfStorage", Self::F16),
        ("BFloat16Storage", Self::Bf16),
        ("LongStorage", Self::I64),
        ("IntStorage", Self::I32),
        ("ShortStorage", Self::I16),
        ("CharStorage", Self::I8),
        ("ByteStorage", Self::U8),
        ("BoolStorage", Self::Bool),
    ];

    /// Bytes of a number.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }
}

/// Numbers of one type in a row, which tensors are views of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    pub kind: Type,
    /// What it is called in the checkpoint.
    pub key: String,
    /// How many numbers it has.
    pub length: usize,
}

/// A tensor: where its numbers are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub storage: Rc<Storage>,
    /// The first of its numbers in the storage.
    pub offset: usize,
    pub shape: Vec<usize>,
    /// Numbers from one to the next, dimension by dimension.
    pub strides: Vec<usize>,
}

/// What is wrong with a pickle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickleError {
    /// It ends early, or asks its stack for what is not there.
    #[error("its pickle is damaged at byte {at}")]
    Damaged {
        /// Where.
        at: usize,
    },
    /// It asks for something that is no part of a tensor.
    #[error(
        "its pickle names {name} at byte {at}, which is no part of a tensor; nothing of it was run"
    )]
    Class {
        /// Module and name.
        name: String,
        /// Where.
        at: usize,
    },
    /// It has an operation that no checkpoint needs.
    #[error("its pickle has the operation {code:#04x} at byte {at}, which checkpoints do without")]
    Operation {
        /// Its number.
        code: u8,
        /// Where.
        at: usize,
    },
    /// It puts a tensor together in a way that is not known.
    #[error("its pickle has a {what} at byte {at} that is not as PyTorch writes it")]
    Form {
        /// Of what kind.
        what: &'static str,
        /// Where.
        at: usize,
    },
}

/// The classes that a checkpoint may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    OrderedDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Type),
}

impl Class {
    fn named(module: &str, name: &str) -> Option<Self> {
        match (module, name) {
            ("collections", "OrderedDict") => Some(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor_v2") => Some(Self::RebuildTensor),
            ("torch._utils", "_rebuild_parameter") => Some(Self::RebuildParameter),
            ("torch", name) => {
                let storage = Type::CLASSES.iter().find(|(class, _)| *class == name);
                storage.map(|(_, kind)| Self::Storage(*kind))
            }
            _ => None,
        }
    }
}

/// A value on the stack.
#[derive(Clone, Debug)]
enum Value {
    Nothing,
    Bool(bool),
    Int(i64),
    Float,
    Text(Rc<str>),
    Tuple(Rc<Tuple>),
    /// By its index.
    List(usize),
    Dict(usize),
    Class(Class),
    Storage(Rc<Storage>),
    Tensor(Rc<Place>),
}

#[derive(Debug)]
struct Tuple {
    items: Vec<Value>,
    depth: usize,
}

/// What a pickle comes to.
pub struct Pickle {
    result: Value,
    lists: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
    /// Bytes of it.
    pub length: usize,
}

impl Pickle {
    /// Reads the pickle that `bytes` begin with.
    ///
    /// # Errors
    /// [`PickleError`].
    pub fn read(bytes: &[u8]) -> Result<Self, PickleError> {
        let mut machine = Machine::new(bytes);
        while machine.step()? {}
        let result = machine.pop()?;
        let Machine { lists, dicts, at, .. } = machine;
        Ok(Self { result, lists, dicts, length: at })
    }

    /// The tensors of a dictionary of tensors by name.
    ///
    /// # Errors
    /// [`PickleError`] if it is none.
    pub fn tensors(&self) -> Result<BTreeMap<String, Place>, PickleError> {
        let wrong = || PickleError::Form { what: "state dictionary", at: self.length };
        let Value::Dict(dict) = self.result else { return Err(wrong()) };
        let entry = |(name, value): &(Value, Value)| match (name, value) {
            (Value::Text(name), Value::Tensor(place)) => {
                Ok((name.to_string(), Place::clone(place)))
            }
            _ => Err(wrong()),
        };
        self.dicts[dict].iter().map(entry).collect()
    }

    /// The texts of a list of texts.
    ///
    /// # Errors
    /// [`PickleError`] if it is none.
    pub fn texts(&self) -> Result<Vec<&str>, PickleError> {
        let wrong = || PickleError::Form { what: "list of storages", at: self.length };
        let Value::List(list) = self.result else { return Err(wrong()) };
        self.lists[list]
            .iter()
            .map(|value| match value {
                Value::Text(text) => Ok(&**text),
                _ => Err(wrong()),
            })
            .collect()
    }

    /// Whether it is a dictionary that says yes under `key`.
    pub fn affirms(&self, key: &str) -> bool {
        let Value::Dict(dict) = self.result else { return false };
        self.dicts[dict].iter().any(|(name, value)| {
            matches!(name, Value::Text(name) if &**name == key)
                && matches!(value, Value::Bool(true))
        })
    }
}

/// The machine that pickles are programs for.
struct Machine<'a> {
    bytes: &'a [u8],
    at: usize,
    stack: Vec<Value>,
    /// Lengths of the stack where marks were set.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value>,
    lists: Vec<Vec<Value>>,
    dicts: Vec<Vec<(Value, Value)>>,
}

impl<'a> Machine<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: BTreeMap::new(),
            lists: Vec::new(),
            dicts: Vec::new(),
        }
    }

    /// One operation; `false` after the last.
    fn step(&mut self) -> Result<bool, PickleError> {
        let at = self.at;
        let code = self.take::<1>()?[0];
        match code {
            b'.' => return Ok(false),
            0x80 => self.protocol()?,
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.stack.push(Value::Nothing),
            0x88 => self.stack.push(Value::Bool(true)),
            0x89 => self.stack.push(Value::Bool(false)),
            b'K' => self.int(|machine| Ok(i64::from(machine.take::<1>()?[0])))?,
            b'M' => self.int(|machine| Ok(i64::from(u16::from_le_bytes(machine.take()?))))?,
            b'J' => self.int(|machine| Ok(i64::from(i32::from_le_bytes(machine.take()?))))?,
            0x8a => self.int(Self::long)?,
            b'G' => {
                self.take::<8>()?;
                self.stack.push(Value::Float);
            }
            b'X' => self.text()?,
            b'q' => {
                let place = u32::from(self.take::<1>()?[0]);
                self.remember(place)?;
            }
            b'r' => {
                let place = u32::from_le_bytes(self.take()?);
                self.remember(place)?;
            }
            b'h' => {
                let place = u32::from(self.take::<1>()?[0]);
                self.recall(place)?;
            }
            b'j' => {
                let place = u32::from_le_bytes(self.take()?);
                self.recall(place)?;
            }
            b')' => self.tuple(0)?,
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let count = self.since_mark()?;
                self.tuple(count)?;
            }
            b']' => {
                self.stack.push(Value::List(self.lists.len()));
                self.lists.push(Vec::new());
            }
            b'}' => self.dict(),
            b'a' => self.append(1)?,
            b'e' => {
                let count = self.since_mark()?;
                self.append(count)?;
            }
            b's' => self.set(2)?,
            b'u' => {
                let count = self.since_mark()?;
                self.set(count)?;
            }
            b'c' => self.class(at)?,
            b'Q' => self.storage(at)?,
            b'R' => self.call(at)?,
            b'b' => self.build(at)?,
            _ => return Err(PickleError::Operation { code, at }),
        }
        Ok(true)
    }

    fn damaged(&self) -> PickleError {
        PickleError::Damaged { at: self.at }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let rest = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk());
        let taken = *rest.ok_or_else(|| self.damaged())?;
        self.at += N;
        Ok(taken)
    }

    fn pop(&mut self) -> Result<Value, PickleError> {
        // What is below a mark belongs to what comes after it.
        let floor = self.marks.last().copied().unwrap_or(0);
        let value = if self.stack.len() > floor { self.stack.pop() } else { None };
        value.ok_or_else(|| self.damaged())
    }

    fn protocol(&mut self) -> Result<(), PickleError> {
        let version = self.take::<1>()?[0];
        if version == 2 { Ok(()) } else { Err(self.damaged()) }
    }

    fn int(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<i64, PickleError>,
    ) -> Result<(), PickleError> {
        let number = read(self)?;
        self.stack.push(Value::Int(number));
        Ok(())
    }

    /// A number of at most 8 bytes; the only longer one in a checkpoint is its magic.
    fn long(&mut self) -> Result<i64, PickleError> {
        let length = usize::from(self.take::<1>()?[0]);
        if length > 8 {
            return Err(self.damaged());
        }
        let mut bytes = [0; 8];
        for byte in &mut bytes[..length] {
            *byte = self.take::<1>()?[0];
        }
        if length > 0 && bytes[length - 1] >= 0x80 {
            bytes[length..].fill(0xff);
        }
        Ok(i64::from_le_bytes(bytes))
    }

    fn text(&mut self) -> Result<(), PickleError> {
        let length = u32::from_le_bytes(self.take()?) as usize;
        let text = self.bytes.get(self.at..).and_then(|rest| rest.get(..length));
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        let text = text.ok_or_else(|| self.damaged())?;
        self.stack.push(Value::Text(text.into()));
        self.at += length;
        Ok(())
    }

    fn remember(&mut self, place: u32) -> Result<(), PickleError> {
        let value = self.stack.last().cloned().ok_or_else(|| self.damaged())?;
        self.memo.insert(place, value);
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<(), PickleError> {
        let value = self.memo.get(&place).cloned().ok_or_else(|| self.damaged())?;
        self.stack.push(value);
        Ok(())
    }

    /// How many values there are above the last mark, which is taken away.
    fn since_mark(&mut self) -> Result<usize, PickleError> {
        let mark = self.marks.pop().ok_or_else(|| self.damaged())?;
        self.stack.len().checked_sub(mark).ok_or_else(|| self.damaged())
    }

    /// The last `count` values.
    fn last(&mut self, count: usize) -> Result<Vec<Value>, PickleError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let start = self.stack.len().checked_sub(count).filter(|start| *start >= floor);
        let start = start.ok_or_else(|| self.damaged())?;
        Ok(self.stack.split_off(start))
    }

    fn tuple(&mut self, count: usize) -> Result<(), PickleError> {
        let items = self.last(count)?;
        let deepest = items.iter().map(|item| match item {
            Value::Tuple(tuple) => tuple.depth,
            _ => 0,
        });
        let depth = deepest.max().unwrap_or(0) + 1;
        if depth > MAX_DEPTH {
            return Err(self.damaged());
        }
        self.stack.push(Value::Tuple(Rc::new(Tuple { items, depth })));
        Ok(())
    }

    fn dict(&mut self) {
        self.stack.push(Value::Dict(self.dicts.len()));
        self.dicts.push(Vec::new());
    }

    fn append(&mut self, count: usize) -> Result<(), PickleError> {
        let items = self.last(count)?;
        match self.stack.last() {
            Some(Value::List(list)) => self.lists[*list].extend(items),
            _ => return Err(self.damaged()),
        }
        Ok(())
    }

    fn set(&mut self, count: usize) -> Result<(), PickleError> {
        let mut items = self.last(count)?.into_iter();
        match self.stack.last() {
            Some(Value::Dict(dict)) if count.is_multiple_of(2) => {
                while let (Some(key), Some(value)) = (items.next(), items.next()) {
                    self.dicts[*dict].push((key, value));
                }
            }
            _ => return Err(self.damaged()),
        }
        Ok(())
    }

    fn line(&mut self) -> Result<&'a str, PickleError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().take(256).position(|byte| *byte == b'\n');
        let line = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        let line = line.ok_or_else(|| self.damaged())?;
        self.at += line.len() + 1;
        Ok(line)
    }

    fn class(&mut self, at: usize) -> Result<(), PickleError> {
        let (module, name) = (self.line()?, self.line()?);
        let Some(class) = Class::named(module, name) else {
            let name: String = format!("{module}.{name}").escape_debug().collect();
            return Err(PickleError::Class { name, at });
        };
        self.stack.push(Value::Class(class));
        Ok(())
    }

    /// A storage, by the tuple that `torch.save` writes for it.
    fn storage(&mut self, at: usize) -> Result<(), PickleError> {
        let wrong = PickleError::Form { what: "storage", at };
        let Value::Tuple(tuple) = self.pop()? else { return Err(wrong) };
        let [
            Value::Text(word),
            Value::Class(Class::Storage(kind)),
            Value::Text(key),
            _,
            length,
            rest @ ..,
        ] = tuple.items.as_slice()
        else {
            return Err(wrong);
        };
        if &**word != "storage" || !matches!(rest, [] | [Value::Nothing]) {
            return Err(wrong);
        }
        let length = count(length).ok_or(wrong)?;
        let storage = Storage { kind: *kind, key: key.to_string(), length };
        self.stack.push(Value::Storage(Rc::new(storage)));
        Ok(())
    }

    /// One of the calls that tensors consist of.
    fn call(&mut self, at: usize) -> Result<(), PickleError> {
        let wrong = |what| PickleError::Form { what, at };
        let arguments = self.pop()?;
        let (Value::Class(class), Value::Tuple(arguments)) = (self.pop()?, arguments) else {
            return Err(wrong("call"));
        };
        let arguments = arguments.items.as_slice();
        match class {
            Class::OrderedDict if arguments.is_empty() => self.dict(),
            Class::RebuildTensor => {
                let place = place(arguments).ok_or_else(|| wrong("tensor"))?;
                self.stack.push(Value::Tensor(Rc::new(place)));
            }
            Class::RebuildParameter => match arguments {
                [tensor @ Value::Tensor(_), ..] => self.stack.push(tensor.clone()),
                _ => return Err(wrong("parameter")),
            },
            Class::OrderedDict | Class::Storage(_) => return Err(wrong("call")),
        }
        Ok(())
    }

    /// The state of a dictionary: versions of modules, which nobody needs.
    fn build(&mut self, at: usize) -> Result<(), PickleError> {
        self.pop()?;
        match self.stack.last() {
            Some(Value::Dict(_)) => Ok(()),
            _ => Err(PickleError::Form { what: "state", at }),
        }
    }
}

/// The arguments of `_rebuild_tensor_v2`.
fn place(arguments: &[Value]) -> Option<Place> {
    let [Value::Storage(storage), offset, shape, strides, ..] = arguments else { return None };
    let place = Place {
        storage: Rc::clone(storage),
        offset: count(offset)?,
        shape: counts(shape)?,
        strides: counts(strides)?,
    };
    fits(&place)?;
    Some(place)
}

/// Whether all numbers of a tensor are in its storage, and none of them is two.
fn fits(place: &Place) -> Option<()> {
    let Place { storage, offset, shape, strides } = place;
    if shape.len() != strides.len() || shape.len() > MAX_DIMENSIONS {
        return None;
    }
    let all = shape.iter().try_fold(1_usize, |all, length| all.checked_mul(*length))?;
    if all == 0 {
        return Some(());
    }
    let last = shape.iter().zip(strides).try_fold(*offset, |last, (length, stride)| {
        last.checked_add((length - 1).checked_mul(*stride)?)
    })?;
    (last < storage.length && all <= storage.length).then_some(())
}

fn count(value: &Value) -> Option<usize> {
    match value {
        Value::Int(number) => usize::try_from(*number).ok(),
        _ => None,
    }
}

fn counts(value: &Value) -> Option<Vec<usize>> {
    match value {
        Value::Tuple(tuple) => tuple.items.iter().map(count).collect(),
        _ => None,
    }
}
