//! The thread pool of a model.
//!
//! A forward pass has about two hundred short parallel regions, microseconds apart. rayon owns the threads and makes
//! borrowing across them safe, but its idle threads sleep, and waking one takes longer than many regions last.
//! [`Threads::install`] therefore keeps the other threads awake during a pass: they spin while they look for work, and
//! sleep if there is none for [`IDLE_TIMEOUT`].

use std::collections::VecDeque;
use std::hint::spin_loop;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::error::{MachineError, Result, memory_size};
use crate::pages;

/// How long a thread looks for work before it sleeps: a few times the longest serial part of a forward pass. During
/// longer serial parts after a pass, such as sorting or hashing all logits, the other threads sleep.
const IDLE_TIMEOUT: Duration = Duration::from_micros(200);

/// How often a waiting thread spins before it yields its core on every further check.
const SPINS: u32 = 10_000;

/// Bytes of stack of a thread that runs a command or tasks of a pool. The deepest recursion is that of the parsers of
/// `tokenizer.json` and of its regular expressions.
pub const STACK: usize = 1 << 20;

/// Bytes of address space of a thread beside its stack: the guard page, the stack for signals, the allocator's cache.
const BESIDE_STACK: usize = 256 << 10;

/// Bytes that must be left when threads have started: other threads may allocate meanwhile.
const RESERVE: usize = 2 << 20;

/// Starts a thread with a stack of `stack` bytes, and waits until it runs.
///
/// # Errors
/// If the system refuses to start it, or if the limits on memory leave no room for it. That is checked before, because
/// Rust's runtime ends the process if a thread that has started finds no room for its signal stack.
pub fn spawn<T: Send + 'static>(stack: usize, work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    check_room(1, stack)?;
    let (running, started) = mpsc::channel::<()>();
    let thread = thread::Builder::new().stack_size(stack).spawn(move || {
        drop(running);
        work()
    })?;
    // What was checked must not be taken before the runtime has made the thread's signal stack. Nothing is ever sent.
    let _ = started.recv();
    Ok(thread)
}

/// Checks that the limits of this process leave room for `count` more threads.
fn check_room(count: usize, stack: usize) -> io::Result<()> {
    let needed = count.saturating_mul(stack + BESIDE_STACK).saturating_add(RESERVE) as u64;
    match pages::process_headroom() {
        Some(available) if available.bytes < needed => {
            let cause = format!("{} are needed, and {available}", memory_size(needed));
            Err(io::Error::new(io::ErrorKind::OutOfMemory, cause))
        }
        _ => Ok(()),
    }
}

/// Builds a pool of `count` threads by `build`.
fn build_pool<P>(
    count: usize,
    build: impl FnOnce(rayon::ThreadPoolBuilder) -> std::result::Result<P, rayon::ThreadPoolBuildError>,
) -> Result<P> {
    let cannot_start = |cause| MachineError::CannotStartThreads { count, cause }.into();
    check_room(count, STACK).map_err(|error| cannot_start(error.to_string()))?;
    build(rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(STACK))
        .map_err(|error| cannot_start(error.to_string()))
}

/// Starts rayon's global pool, which runs what is done in parallel outside of [`Threads`], such as hashing. Without
/// this call rayon starts it when it is first used, and panics if it cannot. `None`: one thread per core.
///
/// # Errors
/// [`MachineError::CannotStartThreads`] if the system refuses to start them.
pub fn start_global_pool(count: Option<usize>) -> Result<()> {
    let count = count.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    build_pool(count, rayon::ThreadPoolBuilder::build_global)
}

/// A pool of a fixed number of threads.
pub struct Threads {
    pool: rayon::ThreadPool,
    /// The fields of [`BusyTime`] in nanoseconds. The clock is read twice per thread and region, which costs little
    /// beside the work of a region.
    in_tasks: AtomicU64,
    in_regions: AtomicU64,
}

/// The time that a pool has spent in parallel regions since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusyTime {
    /// Time inside tasks, summed over all threads.
    pub in_tasks: Duration,
    /// Time that the callers of [`Threads::for_each`] and [`Threads::for_each_stealing`] waited for all tasks.
    pub in_regions: Duration,
}

impl Threads {
    /// Starts `count` threads, or [`default_count`] threads for `None`.
    ///
    /// # Errors
    /// [`MachineError::CannotStartThreads`] if the system refuses to start them.
    pub fn new(count: Option<usize>) -> Result<Threads> {
        let count = count.unwrap_or_else(default_count);
        let pool = build_pool(count, rayon::ThreadPoolBuilder::build)?;
        // Waits until all of them run, as `spawn` does. The global pool waits by itself.
        pool.broadcast(|_| ());
        Ok(Threads { pool, in_tasks: AtomicU64::new(0), in_regions: AtomicU64::new(0) })
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// The time spent so far. A task that itself calls [`Threads::for_each`] counts twice.
    pub fn busy_time(&self) -> BusyTime {
        let duration = |nanoseconds: &AtomicU64| Duration::from_nanos(nanoseconds.load(Ordering::Relaxed));
        BusyTime { in_tasks: duration(&self.in_tasks), in_regions: duration(&self.in_regions) }
    }

    /// Runs `work` on a thread of the pool and keeps the other threads awake for the parallel regions inside it.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        if self.count() == 1 {
            return self.pool.install(work);
        }
        self.pool.install(|| {
            let here = self.pool.current_thread_index();
            // Set even if `work` panics.
            let end = SetOnDrop(Arc::default());
            let done = Arc::clone(&end.0);
            // A broadcast gives each thread exactly one job; a thread with two would leave another asleep.
            self.pool.spawn_broadcast(move |context| {
                if Some(context.index()) != here {
                    stay_awake(&done);
                }
            });
            work()
        })
    }

    /// Runs `work` on every task and returns when all are done. Idle threads take the tasks in order, so a result must
    /// not depend on which thread ran which task.
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
        self.run_on_all(helpers, || {
            let start = Instant::now();
            while let Some(task) = next() {
                work(task);
            }
            self.in_tasks.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        });
        self.in_regions.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Runs `work` on every task and returns when all are done. A running task can split off parts for idle threads
    /// ([`StealQueue::donate`]).
    pub fn for_each_stealing<T: Send>(&self, tasks: Vec<T>, work: impl Fn(T, &StealQueue<T>) + Sync) {
        let start = Instant::now();
        let steal_queue = StealQueue { queue: Mutex::new(tasks.into()), ..StealQueue::default() };
        steal_queue.queued.store(steal_queue.lock().len(), Ordering::Relaxed);
        self.run_on_all(self.count() - 1, || {
            while let Some(task) = steal_queue.take() {
                let start = Instant::now();
                let _end = CountDownOnDrop(&steal_queue.running);
                work(task, &steal_queue);
                self.in_tasks.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
            }
        });
        self.in_regions.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
    }

    /// Runs `work` on this thread and on `helpers` others; returns when all have returned.
    fn run_on_all(&self, helpers: usize, work: impl Fn() + Sync) {
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
                // A helper that no thread has started yet runs here and finds no task left.
                if rayon::yield_now() != Some(rayon::Yield::Executed) {
                    spin_or_yield(&mut spins);
                }
            }
        });
    }
}

/// The tasks of [`Threads::for_each_stealing`] that no thread has taken yet.
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
    /// Whether a thread waits for a task. This is only two loads, so it can be called often.
    pub fn has_idle_worker(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > self.queued.load(Ordering::Relaxed)
    }

    /// Queues a task for the first idle thread.
    pub fn donate(&self, task: T) {
        let mut queue = self.lock();
        queue.push_back(task);
        self.queued.fetch_add(1, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next task; `None` when all tasks are done.
    fn take(&self) -> Option<T> {
        loop {
            let mut queue = self.lock();
            if let Some(task) = queue.pop_front() {
                // In this order, so that a thread that sees an empty queue still sees a running task, which may donate
                // one.
                self.running.fetch_add(1, Ordering::Relaxed);
                self.queued.fetch_sub(1, Ordering::Release);
                return Some(task);
            }
            drop(queue);
            self.waiting.fetch_add(1, Ordering::Relaxed);
            let mut spins = 0;
            while self.queued.load(Ordering::Acquire) == 0 && self.running.load(Ordering::Acquire) > 0 {
                spin_or_yield(&mut spins);
            }
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            if self.queued.load(Ordering::Acquire) == 0 {
                return None;
            }
        }
    }
}

/// Waits briefly: spins at first, then yields, because the threads it waits for may need this core.
fn spin_or_yield(spins: &mut u32) {
    *spins += 1;
    if *spins < SPINS {
        spin_loop();
    } else {
        *spins = SPINS;
        thread::yield_now();
    }
}

/// Runs work of the pool until `done`, or until there has been none for [`IDLE_TIMEOUT`].
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

/// The number of physical cores that this process may use, within its affinity and cgroup limits. The hardware threads
/// of a core share its multipliers, so they count once.
pub fn default_count() -> usize {
    let usable = thread::available_parallelism().map_or(1, usize::from);
    let threads_per_core = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
        .map_or(1, |list| count_cpus(list.trim()));
    // If the process may not use all hardware threads, its mask may hold one thread of each core, so all of them count.
    let all = std::fs::read_to_string("/sys/devices/system/cpu/online").map_or(0, |list| count_cpus(list.trim()));
    if usable == all { usable.div_ceil(threads_per_core) } else { usable }
}

/// The number of CPUs in a list such as `0-3,8`.
fn count_cpus(list: &str) -> usize {
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
    fn every_task_runs_once_with_any_number_of_threads() {
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
    fn a_running_task_can_be_split_for_idle_threads() {
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
    fn the_cpus_of_a_list_are_counted() {
        assert_eq!(["0", "0-1", "0,4", "0-3,8-11,16"].map(count_cpus), [1, 2, 2, 9]);
    }
}
