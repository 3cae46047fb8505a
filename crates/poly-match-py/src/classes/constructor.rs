//! Which parts of its constructor a class defines itself.

use pyo3::PyTypeInfo;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::classes::held::Unread;

/// Whether a subclass has `__new__` or `__init__` of its own, or from another base.
#[derive(Clone, Copy)]
pub(super) struct Constructor {
    pub(super) has_new: bool,
    pub(super) has_init: bool,
}

impl Constructor {
    /// The constructor of `class`, which is `Base` or a subclass.
    pub(super) fn of<Base: PyTypeInfo>(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let py = class.py();
        let base = Base::type_object(py);
        if class.is(&base) {
            return Ok(Self { has_new: false, has_init: false });
        }
        let differs = |name| Ok::<_, PyErr>(!class.getattr(name)?.is(&base.getattr(name)?));
        Ok(Self {
            has_new: differs(intern!(py, "__new__"))?,
            has_init: differs(intern!(py, "__init__"))?,
        })
    }

    /// Sorts what `__new__` read: an error is one at once, unless an `__init__` can still bring
    /// what is missing. `what` and `arguments` name that.
    pub(super) fn settle<T>(
        self,
        class: &Bound<'_, PyType>,
        read: PyResult<T>,
        [what, arguments]: [&str; 2],
    ) -> PyResult<Result<T, Unread>> {
        match read {
            Ok(read) => Ok(Ok(read)),
            // Others, such as KeyboardInterrupt, are not about the arguments.
            Err(error) if self.has_init && error.is_instance_of::<PyException>(class.py()) => {
                let (class, reason) = (class.name()?, error.value(class.py()).str()?);
                let (class, reason) = (class.to_string_lossy(), reason.to_string_lossy());
                Ok(Err(Unread::new(&class, what, arguments, &reason)))
            }
            Err(error) => Err(error),
        }
    }
}
