//! What stands in a footer, field by field. The library goes by the number of a field alone and takes its kind for
//! granted: one of another kind would have it read on in the middle of a value, where anything may stand. So every
//! field that it knows is of its kind here, or the footer is refused.
//! `parquet.thrift` of the format.

use super::{
    fault::Fault,
    thrift::{Kind, Taken, Thrift, wrong_kind},
};

/// What a field, or an element of a list, is.
enum Shape {
    Bool,
    Byte,
    Int,
    Double,
    Binary,
    List(&'static Self),
    Struct(Fields),
}

/// The fields of a struct that are known, by their numbers.
type Fields = &'static [(i64, Shape)];

/// Any struct of which nothing is read, or that has nothing in it.
const EMPTY: Shape = Shape::Struct(&[]);

const FOOTER: Fields = &[
    (1, Shape::Int),
    (2, Shape::List(&Shape::Struct(ELEMENT))),
    (3, Shape::Int),
    (4, Shape::List(&Shape::Struct(ROW_GROUP))),
    (5, Shape::List(&Shape::Struct(PAIR))),
    (6, Shape::Binary),
    (7, Shape::List(&Shape::Struct(ORDER))),
];

/// An element of the schema.
const ELEMENT: Fields = &[
    (1, Shape::Int),
    (2, Shape::Int),
    (3, Shape::Int),
    (4, Shape::Binary),
    (5, Shape::Int),
    (6, Shape::Int),
    (7, Shape::Int),
    (8, Shape::Int),
    (9, Shape::Int),
    (10, Shape::Struct(MEANING)),
];

/// What a column means beyond its type.
const MEANING: Fields = &[
    (1, EMPTY),
    (2, EMPTY),
    (3, EMPTY),
    (4, EMPTY),
    (5, Shape::Struct(&[(1, Shape::Int), (2, Shape::Int)])),
    (6, EMPTY),
    (7, Shape::Struct(TIME)),
    (8, Shape::Struct(TIME)),
    (10, Shape::Struct(&[(1, Shape::Byte), (2, Shape::Bool)])),
    (11, EMPTY),
    (12, EMPTY),
    (13, EMPTY),
    (14, EMPTY),
    (15, EMPTY),
    (16, Shape::Struct(&[(1, Shape::Byte)])),
    (17, Shape::Struct(&[(1, Shape::Binary)])),
    (18, Shape::Struct(&[(1, Shape::Binary), (2, Shape::Int)])),
    (19, EMPTY),
];

const TIME: Fields = &[(1, Shape::Bool), (2, Shape::Struct(&[(1, EMPTY), (2, EMPTY), (3, EMPTY)]))];

/// A key and a value of whoever wrote the table.
const PAIR: Fields = &[(1, Shape::Binary), (2, Shape::Binary)];

/// How the values of a column are ordered.
const ORDER: Fields = &[(1, EMPTY), (2, EMPTY), (3, EMPTY)];

const ROW_GROUP: Fields = &[
    (1, Shape::List(&Shape::Struct(CHUNK))),
    (2, Shape::Int),
    (3, Shape::Int),
    (4, Shape::List(&Shape::Struct(&[(1, Shape::Int), (2, Shape::Bool), (3, Shape::Bool)]))),
    (5, Shape::Int),
    (6, Shape::Int),
    (7, Shape::Int),
];

/// A column in a row group.
const CHUNK: Fields = &[
    (1, Shape::Binary),
    (2, Shape::Int),
    (3, Shape::Struct(COLUMN)),
    (4, Shape::Int),
    (5, Shape::Int),
    (6, Shape::Int),
    (7, Shape::Int),
    (8, EMPTY),
    (9, Shape::Binary),
];

/// What is said of a column in a row group.
const COLUMN: Fields = &[
    (1, Shape::Int),
    (2, Shape::List(&Shape::Int)),
    (3, Shape::List(&Shape::Binary)),
    (4, Shape::Int),
    (5, Shape::Int),
    (6, Shape::Int),
    (7, Shape::Int),
    (8, Shape::List(&Shape::Struct(PAIR))),
    (9, Shape::Int),
    (10, Shape::Int),
    (11, Shape::Int),
    (12, Shape::Struct(STATISTICS)),
    (13, Shape::List(&Shape::Struct(&[(1, Shape::Int), (2, Shape::Int), (3, Shape::Int)]))),
    (14, Shape::Int),
    (15, Shape::Int),
    (16, Shape::Struct(SIZES)),
    (17, Shape::Struct(&[(1, Shape::Struct(BOX)), (2, Shape::List(&Shape::Int))])),
];

const STATISTICS: Fields = &[
    (1, Shape::Binary),
    (2, Shape::Binary),
    (3, Shape::Int),
    (4, Shape::Int),
    (5, Shape::Binary),
    (6, Shape::Binary),
    (7, Shape::Bool),
    (8, Shape::Bool),
    (9, Shape::Int),
];

const SIZES: Fields =
    &[(1, Shape::Int), (2, Shape::List(&Shape::Int)), (3, Shape::List(&Shape::Int))];

/// Where on the Earth the values of a column are.
const BOX: Fields = &[
    (1, Shape::Double),
    (2, Shape::Double),
    (3, Shape::Double),
    (4, Shape::Double),
    (5, Shape::Double),
    (6, Shape::Double),
    (7, Shape::Double),
    (8, Shape::Double),
];

/// Refuses a footer with a known field of another kind.
///
/// # Errors
/// If there is one, or the footer is cut off.
pub(super) fn check(footer: &[u8]) -> Result<(), Fault> {
    fields(&mut Thrift::new(footer), FOOTER)
}

fn fields(thrift: &mut Thrift<'_>, known: Fields) -> Result<(), Fault> {
    thrift.fields(|thrift, number, kind| match known.iter().find(|(known, _)| *known == number) {
        Some((_, shape)) => value(thrift, shape, kind).map(|()| Taken::Yes),
        None => Ok(Taken::No),
    })
}

fn value(thrift: &mut Thrift<'_>, shape: &Shape, kind: Kind) -> Result<(), Fault> {
    match (shape, kind) {
        (Shape::List(shape), Kind::List) => {
            let (count, kind) = thrift.list()?;
            (0..count).try_for_each(|_| value(thrift, shape, kind))
        }
        (Shape::Struct(known), Kind::Struct) => fields(thrift, known),
        (Shape::Bool, Kind::Bool(_))
        | (Shape::Byte, Kind::Byte)
        | (Shape::Int, Kind::Int)
        | (Shape::Double, Kind::Double)
        | (Shape::Binary, Kind::Binary) => thrift.skip(kind),
        _ => Err(wrong_kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(footer: &[u8]) -> bool {
        check(footer) == Err(wrong_kind())
    }

    #[test]
    fn a_known_field_is_of_its_kind() {
        // A schema of one element: field 4, a name, and field 5, how many are in it, a number, a byte, eight bytes.
        let element = |count: &[u8]| [&[0x29, 0x1C, 0x48, 1, b'a'], count, &[0, 0]].concat();
        assert_eq!(check(&element(&[0x15, 0])), Ok(()));
        assert!(refused(&element(&[0x13, 0])));
        assert!(refused(&element(&[0x17, 0, 0, 0, 0, 0, 0, 0, 0])));
        // The schema itself as bytes, and as a list of bytes.
        assert!(refused(&[0x28, 1, 0, 0]));
        assert!(refused(&[0x29, 0x18, 1, 0, 0]));
        // In it: a decimal whose first field is eight bytes.
        assert!(refused(&element(&[0x6C, 0x5C, 0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])));
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        assert_eq!(check(&[0x15, 2, 0xE7, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Ok(()));
        // Some writers give the elements of a list without any no kind.
        assert_eq!(check(&[0x59, 0, 0]), Ok(()));
    }
}
