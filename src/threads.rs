//! The threads that live as long as the model.
//!
//! A forward pass has some two hundred short parallel regions, microseconds apart. rayon owns the threads and makes their
//! borrowing safe, but puts them to sleep between regions; waking one takes longer than many a region lasts. So
//! [`Threads::install`] keeps the other threads awake for the length of a pass: they look for work in a short spin, and
//! go to sleep after all where none comes for a while.

use std::collections::VecDeque;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::{MachineError, Result};

/// How long a thread looks for work before it sleeps: a few times the longest stretch that one thread runs alone in a forward
/// pass. Where all logits are sorted or hashed behind it, the others fall asleep.
const IDLE_TIMEOUT: Duration = Duration::from_micros(200);

/// How often a thread looks whether others are done before it lets them have its core in between.
const SPINS: u32 = 10_000;

/// A pool of a fixed number of threads.
pub struct Threads {
    pool: rayon::ThreadPool,
    /// Nanoseconds of [`BusyTime`]. The clock is read twice a thread and region, which is a thousandth of a small model's token.
    in_tasks: AtomicU64,
    in_regions: AtomicU64,
}

/// What a pool has spent its time on since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusyTime {
    /// All threads together, inside tasks.
    pub in_tasks: Duration,
    /// Whoever called [`Threads::for_each`], until all tasks were done.
    pub in_regions: Duration,
}

impl Threads {
    /// Starts `count` threads; none given means [`default_count`].
    ///
    /// # Errors
    /// [`MachineError::CannotStartThreads`] where the system refuses to start them.
    pub fn new(count: Option<usize>) -> Result<Threads> {
        let count = count.unwrap_or_else(default_count);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
        let pool = pool.map_err(|error| MachineError::CannotStartThreads { count, cause: error.to_string() })?;
        Ok(Threads { pool, in_tasks: AtomicU64::new(0), in_regions: AtomicU64::new(0) })
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// What the threads have done so far. Tasks that call [`Threads::for_each`] themselves would count twice.
    pub fn busy_time(&self) -> BusyTime {
        let duration = |nanoseconds: &AtomicU64| Duration::from_nanos(nanoseconds.load(Ordering::Relaxed));
        BusyTime { in_tasks: duration(&self.in_tasks), in_regions: duration(&self.in_regions) }
    }

    /// Runs `work` on a thread of the pool while the others stay awake for the [`Threads::for_each`] inside it.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        if self.count() == 1 {
            return self.pool.install(work);
        }
        self.pool.install(|| {
            let here = self.pool.current_thread_index();
            // Set even where `work` panics.
            let end = SetOnDrop(Arc::default());
            let done = Arc::clone(&end.0);
            // To each thread its own: one that took up two would leave another asleep.
            self.pool.spawn_broadcast(move |context| {
                if Some(context.index()) != here {
                    stay_awake(&done);
                }
            });
            work()
        })
    }

    /// Runs `work` on every task and returns when all are done. Threads take tasks in order as they become free, so a
    /// result must not depend on which thread took which.
    pub fn for_each<T: Send>(&self, tasks: &mut [T], work: impl Fn(&mut T) + Sync) {
        let start = Instant::now();
        let helpers = self.count().min(tasks.len()).saturating_sub(1);
        if helpers == 0 {
            tasks.iter_mut().for_each(work);
            let time = start.elapsed().as_nanos() as u64;
            self.in_tasks.fetch_add(time, Ordering::Relaxed);
            self.in_regions.fetch_add(time, Ordering::Relaxed);
            return;
        }
        let queue = Mutex::new(tasks.iter_mut());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        self.all(helpers, || {
            let start = Instant::now();
            while let Some(task) = next() {
                work(task);
            }
            self.in_tasks.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        });
        self.in_regions.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Runs `work` on every task and returns when all are done. A task can give parts of itself to threads that have
    /// nothing left to do ([`StealQueue::donate`]).
    pub fn for_each_stealing<T: Send>(&self, tasks: Vec<T>, work: impl Fn(T, &StealQueue<T>) + Sync) {
        let start = Instant::now();
        let steal_queue = StealQueue { queue: Mutex::new(tasks.into()), ..StealQueue::default() };
        steal_queue.queued.store(steal_queue.lock().len(), Ordering::Relaxed);
        self.all(self.count() - 1, || {
            while let Some(task) = steal_queue.take() {
                let start = Instant::now();
                let _end = CountDownOnDrop(&steal_queue.running);
                work(task, &steal_queue);
                self.in_tasks.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
            }
        });
        self.in_regions.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Runs `work` here and on as many `helpers`, until all have returned.
    fn all(&self, helpers: usize, work: impl Fn() + Sync) {
        let helping = AtomicUsize::new(helpers);
        self.pool.in_place_scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|_| {
                    let _end = CountDownOnDrop(&helping);
                    work();
                });
            }
            work();
            let mut spins = 0;
            while helping.load(Ordering::Acquire) > 0 {
                // A helper that no thread has taken up is run here; nothing is left for it by now.
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    pause(&mut spins);
                }
            }
        });
    }
}

/// The tasks of [`Threads::for_each_stealing`] that nobody has taken yet.
pub struct StealQueue<T> {
    queue: Mutex<VecDeque<T>>,
    queued: AtomicUsize,
    running: AtomicUsize,
    waiting: AtomicUsize,
}

impl<T> Default for StealQueue<T> {
    fn default() -> StealQueue<T> {
        let [queued, running, waiting] = [(); 3].map(|_| AtomicUsize::new(0));
        StealQueue { queue: Mutex::default(), queued, running, waiting }
    }
}

impl<T> StealQueue<T> {
    /// Whether a thread waits for a task. One load: it can be asked often.
    pub fn has_idle_worker(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > self.queued.load(Ordering::Relaxed)
    }

    /// Hands a task to whoever is free first.
    pub fn donate(&self, task: T) {
        let mut queue = self.lock();
        queue.push_back(task);
        self.queued.fetch_add(1, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next task, as soon as there is one; none when all are done.
    fn take(&self) -> Option<T> {
        loop {
            let mut queue = self.lock();
            if let Some(task) = queue.pop_front() {
                // In this order: whoever finds nothing queued must find somebody running.
                self.running.fetch_add(1, Ordering::Relaxed);
                self.queued.fetch_sub(1, Ordering::Release);
                return Some(task);
            }
            drop(queue);
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let mut spins = 0;
            while self.queued.load(Ordering::Acquire) == 0 && self.running.load(Ordering::Acquire) > 0 {
                pause(&mut spins);
            }
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            if self.queued.load(Ordering::Acquire) == 0 {
                return None;
            }
        }
    }
}

/// Waits a little for threads that work: they may want this core before long.
fn pause(spins: &mut u32) {
    *spins += 1;
    if *spins < SPINS {
        spin_loop();
    } else {
        *spins = SPINS;
        std::thread::yield_now();
    }
}

/// Runs whatever work turns up until `done`, or until none has turned up for [`IDLE_TIMEOUT`].
fn stay_awake(done: &AtomicBool) {
    let mut idle_since = Instant::now();
    while !done.load(Ordering::Acquire) {
        if rayon::yield_now() == Some(rayon::Yield::Executed) {
            idle_since = Instant::now();
        } else if idle_since.elapsed() > IDLE_TIMEOUT {
            return;
        } else {
            (0..3).for_each(|_| spin_loop());
        }
    }
}

struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

struct CountDownOnDrop<'a>(&'a AtomicUsize);

impl Drop for CountDownOnDrop<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

/// The physical cores this process may use: affinity and cgroup limits honoured, and the siblings of a core that shares
/// its multipliers between two hardware threads counted once.
pub fn default_count() -> usize {
    let usable = std::thread::available_parallelism().map_or(1, usize::from);
    let threads_per_core = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
        .map_or(1, |list| siblings(list.trim()));
    // Where fewer threads may be used than the machine has, the mask may name one thread of each core: use them all.
    let all = std::fs::read_to_string("/sys/devices/system/cpu/online").map_or(0, |list| siblings(list.trim()));
    if usable == all { usable.div_ceil(threads_per_core) } else { usable }
}

/// The number of CPUs in a list such as `0-3,8`.
fn siblings(list: &str) -> usize {
    let of_range = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) => last.saturating_sub(first).saturating_add(1),
            _ => 1,
        }
    };
    list.split(',').map(of_range).sum::<usize>().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_run_once_in_nested_regions_of_any_number_of_threads() {
        for count in 1..5 {
            let threads = Threads::new(Some(count)).unwrap();
            let mut tasks = vec![0_u32; 1000];
            threads.install(|| {
                for _ in 0..50 {
                    threads.for_each(&mut tasks, |t| *t += 1);
                    threads.for_each(&mut tasks[..3], |t| *t += 1);
                }
            });
            threads.for_each(&mut tasks, |t| *t += 1);
            assert!(tasks[..3].iter().all(|t| *t == 101) && tasks[3..].iter().all(|t| *t == 51), "{count} threads");
        }
    }

    #[test]
    fn shared_tasks_can_be_cut_while_they_run() {
        for count in 1..5 {
            let threads = Threads::new(Some(count)).unwrap();
            for _ in 0..200 {
                let mut done = vec![0_u32; 1000];
                threads.install(|| {
                    threads.for_each_stealing(vec![&mut done[..]], |mut task, steal_queue| {
                        while let Some((first, rest)) = std::mem::take(&mut task).split_first_mut() {
                            *first += 1;
                            task = rest;
                            if steal_queue.has_idle_worker() && task.len() > 1 {
                                let (kept, donated) = task.split_at_mut(task.len() / 2);
                                steal_queue.donate(donated);
                                task = kept;
                            }
                        }
                    });
                });
                assert!(done.iter().all(|d| *d == 1), "{count} threads");
            }
        }
    }

    #[test]
    fn a_panic_in_a_task_reaches_the_caller_and_leaves_the_pool_usable() {
        let threads = Threads::new(Some(3)).unwrap();
        let fail = std::panic::AssertUnwindSafe(|| {
            threads.install(|| threads.for_each(&mut [1, 2, 3, 4], |t| assert!(*t != 3, "as planned")));
        });
        assert!(std::panic::catch_unwind(fail).is_err());
        let fail = std::panic::AssertUnwindSafe(|| {
            threads.install(|| threads.for_each_stealing(vec![1, 2, 3, 4], |t, _| assert!(t != 3, "as planned")));
        });
        assert!(std::panic::catch_unwind(fail).is_err());
        let mut tasks = [1; 10];
        threads.install(|| threads.for_each(&mut tasks, |t| *t += 1));
        assert_eq!(tasks, [2; 10]);
    }

    #[test]
    fn cpu_lists_are_counted() {
        assert_eq!([siblings("0"), siblings("0-1"), siblings("0,4"), siblings("0-3,8-11,16")], [1, 2, 2, 9]);
    }
}
