//! What is read: files of every format, and cells of geometry.

use poly_match_io::Format;

/// A kind of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File(Format),
    Wkb,
    Wkt,
    GeoJsonCell,
}

impl Kind {
    pub(crate) fn all() -> Vec<Self> {
        let files = Format::ALL.into_iter().map(Self::File);
        files.chain([Self::Wkb, Self::Wkt, Self::GeoJsonCell]).collect()
    }

    /// The word that chooses it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::File(format) => format.word(),
            Self::Wkb => "cell-wkb",
            Self::Wkt => "cell-wkt",
            Self::GeoJsonCell => "cell-geojson",
        }
    }

    /// Whether it is text.
    pub(crate) fn is_text(self) -> bool {
        match self {
            Self::File(format) => format.is_text(),
            Self::Wkb => false,
            Self::Wkt | Self::GeoJsonCell => true,
        }
    }
}

/// A file and those beside it, each with its extension. A cell has no extension.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) parts: Vec<(&'static str, Vec<u8>)>,
    pub(crate) is_text: bool,
}

impl Input {
    pub(crate) fn one(kind: Kind, bytes: Vec<u8>) -> Self {
        let extension = match kind {
            Kind::File(format) => format.word(),
            _ => "",
        };
        Self { parts: vec![(extension, bytes)], is_text: kind.is_text() }
    }
}
