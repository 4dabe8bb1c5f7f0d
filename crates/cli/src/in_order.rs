//! Work on one item after another by several threads, handed on in the items' order.

use std::{
    collections::BTreeMap,
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender, SyncSender},
    },
    thread::{self, JoinHandle},
};

/// Items between the reader and whoever hands on, a thread: enough for none to wait while another is at a
/// long one, and few enough to be little memory.
const READ_AHEAD: usize = 4;

/// Does `work` on each of `items` by `jobs` threads and gives what comes out to `emit`, on the thread that
/// calls and in the order of the items, each as soon as those before it are done. The threads that read and
/// work are left alone when `emit` fails: one that waits for input does not hold up the answer.
///
/// # Errors
/// What `emit` returns, at once; that no thread can be had, or that one of them came to grief.
pub fn in_order<T: Send + 'static, R: Send + 'static>(
    items: impl Iterator<Item = T> + Send + 'static,
    jobs: NonZeroUsize,
    work: impl Fn(T) -> R + Send + Sync + 'static,
    mut emit: impl FnMut(R) -> io::Result<()>,
) -> io::Result<()> {
    let ahead = jobs.get() * READ_AHEAD;
    let (permits, permitted) = mpsc::sync_channel(ahead);
    let (tasks, inbox) = mpsc::sync_channel(ahead);
    let (answers, done) = mpsc::channel();
    for _ in 0..ahead {
        // There is room for all of them.
        let _ = permits.try_send(());
    }
    let reader = spawn(move || read(items, &permitted, &tasks))?;
    let (inbox, work) = (Arc::new(Mutex::new(inbox)), Arc::new(work));
    for _ in 0..jobs.get() {
        let (inbox, work, answers) = (Arc::clone(&inbox), Arc::clone(&work), answers.clone());
        spawn(move || answer(&inbox, &*work, &answers))?;
    }
    drop(answers);
    // The panic itself has been told on the thread that it was on.
    let grief = |_| io::Error::other("a thread came to grief");
    let (mut waiting, mut next) = (BTreeMap::new(), 0);
    for (index, answer) in done {
        waiting.insert(index, answer.map_err(grief)?);
        while let Some(answer) = waiting.remove(&next) {
            emit(answer)?;
            next += 1;
            // The reader may have come to the end and be gone.
            let _ = permits.try_send(());
        }
    }
    reader.join().map_err(grief)
}

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().spawn(work)
}

/// Hands on item by item, each when there is a permit for it.
fn read<T>(
    items: impl Iterator<Item = T>,
    permitted: &Receiver<()>,
    tasks: &SyncSender<(usize, T)>,
) {
    let mut items = items.enumerate();
    while permitted.recv().is_ok() {
        let Some(item) = items.next() else { return };
        if tasks.send(item).is_err() {
            return;
        }
    }
}

/// Works until there is nothing left, or nobody who wants it.
fn answer<T, R>(
    inbox: &Mutex<Receiver<(usize, T)>>,
    work: &impl Fn(T) -> R,
    answers: &Sender<(usize, thread::Result<R>)>,
) {
    loop {
        let task = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((index, item)) = task else { return };
        // Whoever waits for this very answer would wait for ever.
        let answer = catch_unwind(AssertUnwindSafe(|| work(item)));
        if answers.send((index, answer)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    fn jobs(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn order_is_kept_whoever_is_slow() {
        for count in [1, 2, 7] {
            let mut found = Vec::new();
            let work = |item: u64| {
                thread::sleep(Duration::from_micros(item * 7 % 5 * 100));
                item * 2
            };
            in_order(0..200, jobs(count), work, |answer| {
                found.push(answer);
                Ok(())
            })
            .unwrap();
            assert_eq!(found, (0..200).map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_is_read_than_may_wait() {
        let read = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&read);
        let items = (0..1_000).inspect(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let mut emitted = 0;
        in_order(
            items,
            jobs(2),
            |item: usize| item,
            |_| {
                emitted += 1;
                assert!(read.load(Ordering::SeqCst) <= emitted + 2 * READ_AHEAD);
                Ok(())
            },
        )
        .unwrap();
        assert_eq!(emitted, 1_000);
    }

    #[test]
    fn who_cannot_hand_on_is_told_at_once_though_the_input_never_ends() {
        let full = |_| Err(io::Error::from(io::ErrorKind::StorageFull));
        let error = in_order(0.., jobs(2), |item: u64| item, full).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_thread_that_panics_is_an_error_and_no_hanging() {
        let work = |item: u64| assert!(item != 3, "as asked");
        assert!(in_order(0..50, jobs(2), work, |()| Ok(())).is_err());
        let items = (0..50).inspect(|item| assert!(*item != 30, "as asked"));
        assert!(in_order(items, jobs(2), |_| (), |()| Ok(())).is_err());
    }
}
