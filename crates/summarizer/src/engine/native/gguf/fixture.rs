//! Writes GGUF files for tests.

/// A file under construction; version 3.
#[derive(Default)]
pub struct Writer {
    values: Vec<u8>,
    value_count: u64,
    tensors: Vec<u8>,
    tensor_count: u64,
    data: Vec<u8>,
}

impl Writer {
    pub fn new() -> Self {
        Self::default()
    }

    fn value(mut self, key: &str, kind: u32, bytes: &[u8]) -> Self {
        put_text(&mut self.values, key);
        self.values.extend(kind.to_le_bytes());
        self.values.extend(bytes);
        self.value_count += 1;
        self
    }

    pub fn text(self, key: &str, text: &str) -> Self {
        let mut bytes = Vec::new();
        put_text(&mut bytes, text);
        self.value(key, 8, &bytes)
    }

    pub fn count(self, key: &str, count: u32) -> Self {
        self.value(key, 4, &count.to_le_bytes())
    }

    pub fn number(self, key: &str, number: f32) -> Self {
        self.value(key, 6, &number.to_le_bytes())
    }

    pub fn texts<T: AsRef<str>>(self, key: &str, texts: &[T]) -> Self {
        let mut bytes = 8_u32.to_le_bytes().to_vec();
        bytes.extend((texts.len() as u64).to_le_bytes());
        for text in texts {
            put_text(&mut bytes, text.as_ref());
        }
        self.value(key, 9, &bytes)
    }

    pub fn counts(self, key: &str, counts: &[u32]) -> Self {
        let mut bytes = 4_u32.to_le_bytes().to_vec();
        bytes.extend((counts.len() as u64).to_le_bytes());
        bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
        self.value(key, 9, &bytes)
    }

    pub fn numbers(self, key: &str, numbers: &[f32]) -> Self {
        let mut bytes = 6_u32.to_le_bytes().to_vec();
        bytes.extend((numbers.len() as u64).to_le_bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        self.value(key, 9, &bytes)
    }

    pub fn bools(self, key: &str, values: &[bool]) -> Self {
        let mut bytes = 7_u32.to_le_bytes().to_vec();
        bytes.extend((values.len() as u64).to_le_bytes());
        bytes.extend(values.iter().map(|value| u8::from(*value)));
        self.value(key, 9, &bytes)
    }

    pub fn bool(self, key: &str, value: bool) -> Self {
        self.value(key, 7, &[u8::from(value)])
    }

    /// A tensor of the type `kind`, `shape` outermost first.
    pub fn tensor(mut self, name: &str, kind: u32, shape: &[usize], bytes: &[u8]) -> Self {
        put_text(&mut self.tensors, name);
        self.tensors.extend(u32::try_from(shape.len()).unwrap().to_le_bytes());
        self.tensors.extend(shape.iter().rev().flat_map(|n| (*n as u64).to_le_bytes()));
        self.tensors.extend(kind.to_le_bytes());
        self.tensors.extend((self.data.len() as u64).to_le_bytes());
        self.data.extend(bytes);
        self.data.resize(self.data.len().next_multiple_of(32), 0);
        self.tensor_count += 1;
        self
    }

    /// A tensor of numbers, one row if `shape` has one dimension.
    pub fn floats(self, name: &str, shape: &[usize], numbers: &[f32]) -> Self {
        let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
        self.tensor(name, 0, shape, &bytes)
    }

    pub fn finish(self) -> Vec<u8> {
        let mut file = b"GGUF\x03\0\0\0".to_vec();
        file.extend(self.tensor_count.to_le_bytes());
        file.extend(self.value_count.to_le_bytes());
        file.extend(self.values);
        file.extend(self.tensors);
        file.resize(file.len().next_multiple_of(32), 0);
        file.extend(self.data);
        file
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_le_bytes());
    bytes.extend(text.as_bytes());
}
