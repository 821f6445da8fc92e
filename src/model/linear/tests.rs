//! How layers are cut into tasks and shared among threads: every output is computed exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::kernels::layout::Float;
use crate::model::Arithmetic;
use crate::weights::{AwqMatrix, MatrixData};

/// Layers that read the same input, and the machine that runs them.
#[derive(Clone, Debug)]
struct Case {
    rows: usize,
    inputs: usize,
    /// Of each layer.
    outputs: Vec<usize>,
    threads: usize,
    /// What a thread does after each step, in turn: a donation takes place where it is true.
    donations: Vec<bool>,
}

fn cases() -> impl Strategy<Value = Case> {
    let shape = (1..=3_usize, 1..=40_usize, prop::collection::vec(1..=60_usize, 1..=4));
    let machine = (1..=5_usize, prop::collection::vec(any::<bool>(), 1..=40));
    (shape, machine).prop_map(|((rows, blocks, outputs), (threads, donations))| {
        // The outputs of one row are any multiple of 8; several rows have whole tiles.
        let unit = if rows == 1 { 40 } else { TILE };
        let outputs = outputs.into_iter().map(|n| n * unit).collect();
        Case { rows, inputs: blocks * SMALLEST_GROUP, outputs, threads, donations }
    })
}

/// The smallest weight group.
const SMALLEST_GROUP: usize = 32;

/// The results of a split-K part: how often each input was counted for each output (`sums`), and in `out` for each
/// finished output its column plus one.
struct Part {
    layer: usize,
    inputs: Range<usize>,
    sums: Vec<i32>,
    out: Vec<f32>,
}

impl Case {
    fn parts(&self) -> Vec<Part> {
        let part = |layer: usize, inputs| {
            let len = self.rows * self.outputs[layer];
            Part { layer, inputs, sums: vec![0; len], out: vec![0.0; len] }
        };
        (0..self.outputs.len()).flat_map(|l| split_k(self.inputs).map(|inputs| part(l, inputs))).collect()
    }

    /// The queues that the partitioner makes of all parts, as in [`gemv`].
    fn queues<'a>(&self, layers: &[Awq4<'a>], parts: &'a mut [Part]) -> Vec<TaskQueue<'a>> {
        let total = layers.iter().map(|w| w.inputs * w.outputs).sum();
        let mut partitioner = Partitioner { total, parts: self.threads, done: 0, queues: Vec::new() };
        for part in parts.iter_mut().filter(|part| !part.inputs.is_empty()) {
            let w = layers[part.layer];
            partitioner.push(GemvTask {
                w,
                inputs: part.inputs.clone(),
                columns: 0..w.outputs,
                first_row: 0,
                rows: self.rows,
                sums: &mut part.sums,
                out: &mut part.out,
                first_segment: true,
                prefetched: false,
            });
        }
        partitioner.queues
    }

    /// Layers without weights, for [`count`], which reads none.
    fn layers(&self) -> Vec<Awq4<'static>> {
        let layer = |outputs: &usize| Awq4 {
            inputs: self.inputs,
            outputs: *outputs,
            group_size: SMALLEST_GROUP,
            qweight: &[],
            qzeros: None,
            scales: &[],
            scale_type: Float::F32,
        };
        self.outputs.iter().map(layer).collect()
    }

    /// Asserts that every input of every output was counted once and that every output is where it belongs.
    fn check(&self, parts: &[Part]) {
        for Part { layer, inputs, sums, out } in parts {
            assert!(sums.iter().all(|sum| *sum as usize == inputs.len()), "{inputs:?} of layer {layer}: {sums:?}");
            if inputs.is_empty() {
                continue;
            }
            let mut rest = &out[..];
            for columns in runs(0..self.outputs[*layer], TILE) {
                for row in 0..self.rows {
                    let (found, more) = rest.split_at(columns.len());
                    let expected = columns.clone().map(|column| (column + 1) as f32);
                    assert!(found.iter().copied().eq(expected), "{columns:?} of row {row} of layer {layer}: {found:?}");
                    rest = more;
                }
            }
        }
    }
}

/// A kernel that counts the inputs instead of multiplying them; otherwise like [`Kernels::awq_int_gemv`].
fn count(task: &mut GemvTask, inputs: usize) {
    let end = (task.inputs.start + inputs).min(task.inputs.end);
    let n = end - task.inputs.start;
    assert!(n > 0 && task.columns.start.is_multiple_of(TILE), "{task:?}");
    assert_eq!((task.sums.len(), task.out.len()), (task.rows * task.columns.len(), task.rows * task.columns.len()));
    task.sums.iter_mut().for_each(|sum| *sum += n as i32);
    task.advance_to(end);
    if task.inputs.is_empty() {
        for (row, n) in (0..task.rows).flat_map(|row| (0..task.columns.len()).map(move |n| (row, n))) {
            task.out[task.output_index(row, n)] += (task.columns.start + n + 1) as f32;
        }
    }
}

/// One step of [`run_queue`] with [`count`] as the kernel.
fn step(queue: &mut TaskQueue, inputs: usize) {
    let Some(task) = queue.front_mut() else { return };
    count(task, inputs);
    if task.inputs.is_empty() {
        queue.pop_front();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_partitioner_gives_every_output_to_exactly_one_queue(case in cases()) {
        let mut parts = case.parts();
        let queues = case.queues(&case.layers(), &mut parts);
        prop_assert!(queues.len() <= case.threads && queues.iter().all(|queue| !queue.is_empty()));
        for mut queue in queues {
            while !queue.is_empty() {
                step(&mut queue, usize::MAX / 2);
            }
        }
        case.check(&parts);
    }

    #[test]
    fn the_queues_of_all_threads_have_about_the_same_number_of_weights(case in cases()) {
        let mut parts = case.parts();
        let queues = case.queues(&case.layers(), &mut parts);
        // Work is cut at whole tiles, so each end of a queue is at most half a tile off, or one tile of a layer with few.
        let slack = split_k(case.inputs)[0].len() * TILE * 2;
        let total = case.inputs * case.outputs.iter().sum::<usize>();
        for queue in &queues {
            let weights: usize = queue.iter().map(|task| task.inputs.len() * task.columns.len()).sum();
            prop_assert!(weights <= total / case.threads + slack, "{weights} of {total}");
        }
    }

    #[test]
    fn splitting_a_queue_at_any_time_keeps_every_output_exactly_once(case in cases()) {
        let mut parts = case.parts();
        let mut queues: VecDeque<_> = case.queues(&case.layers(), &mut parts).into();
        let mut donations = case.donations.iter().cycle();
        let mut steps = 0;
        while let Some(mut queue) = queues.pop_front() {
            let bytes = |queue: &TaskQueue| queue.iter().map(GemvTask::bytes).sum::<usize>();
            step(&mut queue, ACT_BLOCK * (1 + steps % 11));
            if *donations.next().unwrap() {
                let before = bytes(&queue);
                match split_queue(&mut queue) {
                    None => prop_assert_eq!(bytes(&queue), before),
                    Some(part) => {
                        prop_assert!(before >= MIN_STEAL_BYTES && !part.is_empty() && !queue.is_empty());
                        prop_assert_eq!(bytes(&queue) + bytes(&part), before);
                        queues.push_back(part);
                    }
                }
            }
            // The threads take turns.
            if !queue.is_empty() {
                queues.push_back(queue);
            }
            steps += 1;
        }
        case.check(&parts);
    }

    #[test]
    fn stealing_threads_compute_every_output_exactly_once(case in cases()) {
        let threads = Threads::new(Some(case.threads)).unwrap();
        let mut parts = case.parts();
        let queues = case.queues(&case.layers(), &mut parts);
        let steps = AtomicUsize::new(0);
        threads.install(|| {
            threads.for_each_stealing(queues, |mut queue, steal_queue| {
                while !queue.is_empty() {
                    let n = steps.fetch_add(1, Ordering::Relaxed);
                    step(&mut queue, ACT_BLOCK * (1 + n % 11));
                    let planned = case.donations[n % case.donations.len()];
                    if (planned || steal_queue.has_idle_worker())
                        && let Some(part) = split_queue(&mut queue)
                    {
                        steal_queue.donate(part);
                    }
                }
            });
        });
        case.check(&parts);
    }
}

proptest! {
    // The scalar kernels are slow.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn run_queue_computes_the_bits_of_the_scalar_kernel_on_any_number_of_threads(
        case in cases(),
        seed in any::<u32>(),
    ) {
        let byte = |i: usize| ((i as u32 ^ seed).wrapping_mul(0x9e37_79b1) >> 24) as u8;
        let most = case.outputs.iter().max().unwrap() * case.inputs;
        let qweight: Vec<u8> = (0..most / 2).map(byte).collect();
        let scales: Vec<u8> =
            (0..most / SMALLEST_GROUP).flat_map(|i| (f32::from(byte(i)) / 4096.0).to_le_bytes()).collect();
        let weights = |w: Awq4<'static>| Awq4 {
            qweight: &qweight[..w.inputs * w.outputs / 2],
            scales: &scales[..w.inputs / SMALLEST_GROUP * w.outputs * 4],
            ..w
        };
        let layers: Vec<Awq4> = case.layers().into_iter().map(weights).collect();
        let values: Vec<f32> = (0..case.inputs).map(|i| f32::from(byte(i * 7)) / 100.0 - 1.0).collect();
        let mut x = QuantRows::default();
        x.reset(case.rows, case.inputs, 1);
        for (r, row) in x.rows_mut().enumerate() {
            let values: Vec<f32> = values.iter().map(|value| value * (r + 1) as f32).collect();
            Kernels::best().quantize(&values, row);
        }
        let scalar = Kernels::for_isa(crate::kernels::Isa::Scalar).unwrap();
        let compute = |kernels: Kernels, case: &Case| {
            let threads = Threads::new(Some(case.threads)).unwrap();
            let mut parts = case.parts();
            let queues = case.queues(&layers, &mut parts);
            threads.install(|| {
                threads.for_each_stealing(queues, |queue, steal_queue| run_queue(kernels, &x, queue, steal_queue));
            });
            parts.into_iter().flat_map(|part| part.out).map(f32::to_bits).collect::<Vec<u32>>()
        };
        let expected = compute(scalar, &Case { threads: 1, ..case.clone() });
        for kernels in Kernels::available() {
            prop_assert!(compute(kernels, &case) == expected, "{}: other bits", kernels.isa().name());
        }
    }
}

/// A 4-bit layer whose bytes follow from `seed`.
fn random_layer(inputs: usize, outputs: usize, seed: u32) -> Linear {
    let byte = |i: usize| ((i as u32 ^ seed).wrapping_mul(0x9e37_79b1) >> 24) as u8;
    let data = |bytes: Vec<u8>| {
        let mut memory = memmap2::MmapMut::map_anon(bytes.len()).unwrap();
        memory.copy_from_slice(&bytes);
        MatrixData::Repacked { memory: Arc::new(memory), range: 0..bytes.len() }
    };
    let scales = (0..inputs / SMALLEST_GROUP * outputs).flat_map(|i| (f32::from(byte(i)) / 4096.0).to_le_bytes());
    let matrix = AwqMatrix {
        inputs,
        outputs,
        group_size: SMALLEST_GROUP,
        qweight: data((0..inputs * outputs / 2).map(byte).collect()),
        qzeros: None,
        scales: data(scales.collect()),
        scale_type: Float::F32,
        input_order: None,
    };
    let bias = if seed.is_multiple_of(3) {
        (0..outputs).map(|i| f32::from(byte(i)) / 64.0 - 2.0).collect()
    } else {
        Vec::new()
    };
    Linear { name: format!("layer {seed}"), matrix: Matrix::Awq(matrix), bias }
}

#[test]
fn layers_that_share_a_result_compute_the_bits_that_each_computes_alone() {
    const INPUTS: usize = 192;
    // Some of them take the gemv path and some the gemm path, in any order; blocks of rows end within them.
    for (outputs, rows_of_layers) in
        [(TILE, vec![1, 1, 1]), (2 * TILE, vec![2, 1, 150, 1, 3, 7]), (TILE + 40, vec![1, 2, 129, 1])]
    {
        let layers: Vec<Linear> =
            (0..rows_of_layers.len() as u32).map(|n| random_layer(INPUTS, outputs, n + 1)).collect();
        let rows: usize = rows_of_layers.iter().sum();
        for (kernels, arithmetic) in
            Kernels::available().flat_map(|k| Arithmetic::ALL.map(|arithmetic| (k, arithmetic)))
        {
            let threads = Threads::new(Some(2)).unwrap();
            let exec = ExecContext { kernels, arithmetic, threads: &threads, cancel: None, observe: None };
            let value = |i: usize| f32::from((i as u32).wrapping_mul(0x9e37_79b1).to_le_bytes()[3]) / 100.0 - 1.0;
            let input = |first: usize, rows: usize| {
                let mut input = Input::default();
                input.fill(exec, InputShape::whole_rows(rows, INPUTS), repeat(()), |parts| {
                    for part in parts {
                        (0..).zip(&mut *part.out).for_each(|(i, out)| *out = value((first + part.row) * INPUTS + i));
                    }
                });
                input
            };
            let row_of = |tiles: &Tiles, r: usize| -> Vec<u32> {
                let mut row = vec![0.0; outputs];
                tiles.copy_row(r, &mut row);
                row.into_iter().map(f32::to_bits).collect()
            };
            let mut together = Tiles::default();
            let parts = layers.iter().zip(rows_of_layers.iter().copied()).collect();
            let projections = &mut [Projection { layers: parts, out: &mut together }];
            run(exec, &input(0, rows), projections, &mut Scratch::default());
            let mut first = 0;
            for (layer, rows) in layers.iter().zip(&rows_of_layers) {
                let mut alone = Tiles::default();
                let projections = &mut [Projection::new(layer, *rows, &mut alone)];
                run(exec, &input(first, *rows), projections, &mut Scratch::default());
                for r in 0..*rows {
                    let case = format!("{} {}: row {r} of {}", kernels.isa().name(), arithmetic.name(), layer.name);
                    assert!(row_of(&together, first + r) == row_of(&alone, r), "{case}: other bits");
                }
                first += rows;
            }
        }
    }
}
