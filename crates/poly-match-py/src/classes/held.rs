//! What an immutable object of our classes holds, and who may set it.

use std::sync::OnceLock;

use pyo3::PyErr;
use pyo3::exceptions::PyRuntimeError;

/// What `__new__` read from the call, until the first `super().__init__` of a subclass that brings
/// something replaces it.
///
/// Nothing here calls Python, so no thread waits for another while it holds the lock.
#[derive(Debug)]
#[repr(C)] // what a matcher reads comes first, next to the object's class in memory
pub(crate) struct Held<T> {
    /// Set by that `__init__`: None inside if it brought what the call had. The value of the call
    /// is kept then, and also if it is replaced: others may still refer to it.
    given: OnceLock<Option<Box<T>>>,
    called: Result<T, Unread>,
}

impl<T> Held<T> {
    pub(crate) fn new(called: Result<T, Unread>) -> Self {
        Self { given: OnceLock::new(), called }
    }

    /// What the object holds now.
    #[inline]
    pub(crate) fn get(&self) -> Result<&T, &Unread> {
        match self.given.get() {
            Some(Some(given)) => Ok(given),
            _ => self.called.as_ref(),
        }
    }

    /// What `__new__` read, if it could.
    pub(crate) fn called(&self) -> Option<&T> {
        self.called.as_ref().ok()
    }

    /// Fails if an `__init__` has given a value already. `what` names the value.
    pub(crate) fn still_open(&self, what: &str) -> Result<(), Twice> {
        if self.given.get().is_some() { Err(Twice::new(what)) } else { Ok(()) }
    }

    /// Takes the value of `__init__`; None if it is that of the call.
    pub(crate) fn give(&self, value: Option<T>, what: &str) -> Result<(), Twice> {
        self.given.set(value.map(Box::new)).map_err(|_| Twice::new(what))
    }

    /// All values, also a replaced one, for the garbage collector.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        let given = self.given.get().and_then(Option::as_deref);
        given.into_iter().chain(self.called())
    }
}

/// An `__init__` brought a value a second time.
#[derive(Debug)]
pub(crate) struct Twice(String);

impl Twice {
    #[cold]
    pub(crate) fn new(what: &str) -> Self {
        Self(format!("{what} can be set only once, by the first super().__init__"))
    }
}

impl From<Twice> for PyErr {
    fn from(Twice(message): Twice) -> Self {
        PyRuntimeError::new_err(message)
    }
}

/// The arguments of the call could not be read, and no `__init__` gave a value.
#[derive(Debug)]
pub(crate) struct Unread(Box<str>);

impl Unread {
    /// `class` was called with arguments that gave `reason`; `what` is missing, and
    /// `super().__init__` takes it as `arguments`.
    pub(crate) fn new(class: &str, what: &str, arguments: &str, reason: &str) -> Self {
        Self(
            format!(
                "{class} has no {what}: {class}.__init__ must call \
                 super().__init__({arguments}), because the call {class}(...) itself has no \
                 {arguments} that can be read ({reason})"
            )
            .into(),
        )
    }

    /// The error for the polygon at `position`.
    #[cold]
    pub(crate) fn at(&self, position: usize) -> PyErr {
        PyRuntimeError::new_err(format!("polygon {position}: {}", self.0))
    }
}

impl From<&Unread> for PyErr {
    fn from(Unread(message): &Unread) -> Self {
        PyRuntimeError::new_err(message.to_string())
    }
}
