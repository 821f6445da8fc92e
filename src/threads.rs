//! The threads that live as long as the model.

use rayon::prelude::*;

use crate::error::{Error, Result};

/// A pool of a fixed number of threads.
pub struct Threads {
    pool: rayon::ThreadPool,
}

impl Threads {
    /// Starts `count` threads; none given means one for each core this process may use.
    ///
    /// # Errors
    /// [`Error::Machine`] where the system refuses to start them.
    pub fn new(count: Option<usize>) -> Result<Threads> {
        let count = count.unwrap_or_else(default_count);
        rayon::ThreadPoolBuilder::new().num_threads(count).build().map(|pool| Threads { pool }).map_err(|e| {
            Error::Machine {
                what: format!("cannot start {count} threads: {e}"),
                fix: "give a smaller --threads".into(),
            }
        })
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Runs `work` with the calling thread's place taken by one of the pool, so that [`Threads::each`] inside it starts at once.
    pub fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        self.pool.install(work)
    }

    /// Runs `work` on every task and returns when all are done. Which thread takes which task is left open, so a result
    /// must not depend on it.
    pub fn each<T: Send>(&self, tasks: &mut [T], work: impl Fn(&mut T) + Sync + Send) {
        match tasks {
            [] => {}
            [one] => work(one),
            many => self.pool.install(|| many.par_iter_mut().with_max_len(1).for_each(work)),
        }
    }
}

/// The cores this process may use (affinity and cgroup limits honoured).
pub fn default_count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
