//! Which parts of its constructor a class defines itself.

use pyo3::PyTypeInfo;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyType};

use crate::classes::held::Unread;

/// Whether `class`, which is `Base` or a subclass, has an `__init__` of its own or of another base.
pub(super) fn has_own_init<Base: PyTypeInfo>(class: &Bound<'_, PyType>) -> PyResult<bool> {
    differs::<Base>(class, intern!(class.py(), "__init__"))
}

/// Whether `class`, which is `Base` or a subclass, has a `__new__` of its own or of another base.
pub(super) fn has_own_new<Base: PyTypeInfo>(class: &Bound<'_, PyType>) -> PyResult<bool> {
    differs::<Base>(class, intern!(class.py(), "__new__"))
}

fn differs<Base: PyTypeInfo>(
    class: &Bound<'_, PyType>,
    name: &Bound<'_, PyString>,
) -> PyResult<bool> {
    let base = Base::type_object(class.py());
    Ok(!class.is(&base) && !class.getattr(name)?.is(&base.getattr(name)?))
}

/// Sorts what `__new__` read: an error is one at once, unless an `__init__` can still bring what is
/// missing. `what` and `arguments` name that.
pub(super) fn settle<T>(
    class: &Bound<'_, PyType>,
    has_init: bool,
    read: PyResult<T>,
    [what, arguments]: [&str; 2],
) -> PyResult<Result<T, Unread>> {
    match read {
        Ok(read) => Ok(Ok(read)),
        // Others, such as KeyboardInterrupt, are not about the arguments.
        Err(error) if has_init && error.is_instance_of::<PyException>(class.py()) => {
            let (class, reason) = (class.name()?, error.value(class.py()).str()?);
            let (class, reason) = (class.to_string_lossy(), reason.to_string_lossy());
            Ok(Err(Unread::new(&class, what, arguments, &reason)))
        }
        Err(error) => Err(error),
    }
}
