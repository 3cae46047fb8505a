//! Turns a shape into well-known binary. Every count is compared with the bytes of the record.

use super::rings::{Ring, polygons};
use super::vertices::{Axes, NO_MEASURE, Run, Vertices, count, number, slice};
use super::{LINE, MULTI_POINT, POINT, POLYGON};
use crate::error::{Error, Result};
use crate::gis::wkb::{self, Wkb};

/// Where the parts of a shape stand behind its type and its box.
const PARTS: usize = 36;

/// Writes a shape. Returns false if it is null or a multipatch, which is none of simple features.
pub(super) fn write_wkb(shape: &[u8], out: &mut Vec<u8>, most: usize) -> Result<bool> {
    let code = number(shape, 0)?;
    let (kind, axes) = match code {
        0 | 31 => return Ok(false),
        1 | 3 | 5 | 8 => (code, Axes::Flat),
        11 | 13 | 15 | 18 => (code - 10, Axes::Z),
        21 | 23 | 25 | 28 => (code - 20, Axes::M),
        _ => return Err(Error::malformed(format_args!("expected a type of shapes, got {code}"))),
    };
    if kind == POINT {
        return point(shape, axes, out, most).map(|()| true);
    }
    let parts = if kind == MULTI_POINT { 0 } else { count(shape, PARTS)? };
    let at = if kind == MULTI_POINT { PARTS } else { PARTS + 4 };
    let len = count(shape, at)?;
    let starts = slice(shape, at + 4, parts, 4)?;
    let vertices = Vertices::new(shape, at + 4 + 4 * parts, len, axes)?;
    let mut wkb = Wkb { out, most, has_z: vertices.z.is_some(), has_m: vertices.m.is_some() };
    let wkb = &mut wkb;
    match kind {
        MULTI_POINT => {
            wkb.header(wkb::MULTI_POINT)?;
            wkb.count(len)?;
            for at in 0..len {
                wkb.header(wkb::POINT)?;
                vertices.write(at, wkb)?;
            }
        }
        LINE => {
            let runs = runs(starts, len)?;
            if let [run] = runs[..] {
                line(&vertices, run, wkb)?;
            } else {
                wkb.header(wkb::MULTI_LINE)?;
                wkb.count(runs.len())?;
                runs.iter().try_for_each(|&run| line(&vertices, run, wkb))?;
            }
        }
        POLYGON => {
            let runs = runs(starts, len)?;
            let polygons = match runs[..] {
                [run] => vec![vec![run]],
                _ => {
                    polygons(&runs.iter().map(|&run| Ring::new(run, &vertices)).collect::<Vec<_>>())
                }
            };
            if let [rings] = &polygons[..] {
                polygon(&vertices, rings, wkb)?;
            } else {
                wkb.header(wkb::MULTI_POLYGON)?;
                wkb.count(polygons.len())?;
                polygons.iter().try_for_each(|rings| polygon(&vertices, rings, wkb))?;
            }
        }
        _ => {}
    }
    Ok(true)
}

fn point(shape: &[u8], axes: Axes, out: &mut Vec<u8>, most: usize) -> Result<()> {
    let double = |at: usize| Some(f64::from_le_bytes(*shape.get(at..)?.first_chunk()?));
    let (z, m) = match axes {
        Axes::Flat => (None, None),
        Axes::Z => (double(20), double(28)),
        Axes::M => (None, double(20)),
    };
    let xy = slice(shape, 4, 2, 8)?;
    let m = m.filter(|m| *m > NO_MEASURE);
    let mut wkb = Wkb { out, most, has_z: z.is_some(), has_m: m.is_some() };
    wkb.header(wkb::POINT)?;
    wkb.put(xy)?;
    [z, m].into_iter().flatten().try_for_each(|number| wkb.number(number))
}

fn line(vertices: &Vertices<'_>, [start, end]: Run, wkb: &mut Wkb<'_>) -> Result<()> {
    wkb.header(wkb::LINE)?;
    wkb.count(end - start)?;
    (start..end).try_for_each(|at| vertices.write(at, wkb))
}

fn polygon(vertices: &Vertices<'_>, rings: &[Run], wkb: &mut Wkb<'_>) -> Result<()> {
    wkb.header(wkb::POLYGON)?;
    wkb.count(rings.len())?;
    for &[start, end] in rings {
        wkb.count(end - start)?;
        (start..end).try_for_each(|at| vertices.write(at, wkb))?;
    }
    Ok(())
}

/// The runs of vertices, without empty ones.
fn runs(starts: &[u8], len: usize) -> Result<Vec<Run>> {
    let (starts, _) = starts.as_chunks::<4>();
    let start_of = |start: &[u8; 4]| u32::from_le_bytes(*start) as usize;
    let ends = starts.iter().skip(1).map(start_of).chain([len]);
    let mut runs = Vec::with_capacity(starts.len());
    for (start, end) in starts.iter().map(start_of).zip(ends) {
        if start > end || end > len {
            return Err(Error::malformed(format_args!(
                "a part of the shape has the vertices {start} to {end}, expected at most {len}"
            )));
        }
        if start < end {
            runs.push([start, end]);
        }
    }
    Ok(runs)
}
