//! Tensors against the schema of a model: used, missing, unused and wrong ones are reported.

use std::fs;

use rumma::checkpoint::families::Family;
use rumma::checkpoint::families::schema::{Role, Schema, Shape};
use rumma::checkpoint::{Checkpoint, CheckpointSource};
use rumma::error::{Fault, FaultKind};
use rumma::weights::{Binding, Inventory};
use serde_json::{Map, Value};

use crate::files::{Scratch, open, raw, zeros};

fn storyteller() -> Checkpoint {
    Checkpoint::open(&CheckpointSource { model: "storyteller".into(), ..CheckpointSource::default() }).unwrap()
}

/// The storyteller with its header edited by `change`. All its tensors are zero.
fn changed(change: impl FnOnce(&mut Map<String, Value>)) -> (Scratch, Checkpoint) {
    let file = fs::read("fixtures/storyteller/checkpoint/model.safetensors").unwrap();
    let header = 8 + u64::from_le_bytes(*file.first_chunk().unwrap()) as usize;
    let mut tensors: Map<String, Value> = serde_json::from_slice(&file[8..header]).unwrap();
    tensors.remove("__metadata__");
    change(&mut tensors);
    let mut offset = 0;
    for tensor in tensors.values_mut() {
        let size = if tensor["dtype"] == "I32" { 4 } else { 2 };
        let elements: u64 = tensor["shape"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).product();
        tensor["data_offsets"] = serde_json::json!([offset, offset + size * elements]);
        offset += size * elements;
    }
    let scratch = Scratch::new();
    scratch.write("model.safetensors", raw(&Value::Object(tensors).to_string(), &vec![0; offset as usize]));
    scratch.write("config.json", fs::read("fixtures/storyteller/checkpoint/config.json").unwrap());
    let checkpoint = scratch.open().unwrap();
    (scratch, checkpoint)
}

/// All faults of a checkpoint, the refusal first.
fn faults(checkpoint: &Checkpoint) -> Vec<Fault> {
    let inventory = Inventory::of(checkpoint, false);
    let refusal = inventory.refusal.as_ref().and_then(|error| error.fault()).cloned();
    refusal.into_iter().chain(inventory.warnings).collect()
}

#[test]
fn the_schema_of_the_storyteller_lists_its_tensors_and_no_others() {
    let checkpoint = storyteller();
    let schema = Schema::of(&checkpoint, checkpoint.config().unwrap()).unwrap();
    let mut listed = Vec::new();
    let layers = schema.layers.iter().enumerate();
    let modules = layers.flat_map(|(l, entries)| {
        entries.iter().map({
            let schema = &schema;
            move |e| (schema.layer_module(l, &e.name), e)
        })
    });
    for (name, entry) in modules.chain(schema.global.iter().map(|e| (e.name.clone(), e))) {
        match entry.shape {
            _ if entry.role == Role::Head => {}
            Shape::Linear { bias, .. } => {
                let parts = ["qweight", "qzeros", "scales"].into_iter().chain(bias.then_some("bias"));
                listed.extend(parts.map(|part| format!("{name}.{part}")));
            }
            Shape::Matrix { .. } | Shape::Vector { .. } => listed.push(format!("{name}.weight")),
        }
    }
    listed.sort();
    let stored: Vec<String> = checkpoint.tensors().map(|tensor| tensor.name.to_string()).collect();
    assert_eq!(listed, stored);
    let inventory = Inventory::of(&checkpoint, false);
    assert!(inventory.used.iter().eq(&stored), "every tensor is used");
    assert_eq!((inventory.warnings, inventory.refusal.is_none()), (vec![], true));
}

#[test]
fn a_missing_tensor_is_reported_once() {
    let (_scratch, checkpoint) = changed(|tensors| drop(tensors.remove("model.layers.2.mlp.up_proj.scales")));
    let [fault] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((fault.kind, fault.subject.as_str()), (FaultKind::MissingTensor, "model.layers.2.mlp.up_proj.scales"));
    let (_scratch, checkpoint) = changed(|tensors| {
        tensors.retain(|name, _| !name.contains("mlp.up_proj"));
    });
    let [fault] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((fault.kind, fault.subject.as_str()), (FaultKind::MissingTensor, "model.layers.0.mlp.up_proj.qweight"));
    assert_eq!((fault.more, fault.expected.contains("I32 [128, 48] (4-bit)")), (3, true), "{fault}");
}

#[test]
fn an_unused_tensor_is_reported_once() {
    let extra = serde_json::json!({"dtype": "F16", "shape": [2]});
    let (_scratch, checkpoint) = changed(|tensors| {
        for n in 0..4 {
            tensors.insert(format!("model.layers.{n}.self_attn.q_norm.weight"), extra.clone());
            tensors.insert(format!("model.layers.{n}.self_attn.rotary_emb.inv_freq"), extra.clone());
        }
    });
    let [fault] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((fault.kind, fault.more), (FaultKind::UnusedTensor, 3), "{fault}");
    assert_eq!(fault.subject, "model.layers.0.self_attn.q_norm.weight");
    assert!(Binding::new(&checkpoint).is_ok());
}

#[test]
fn a_tensor_of_a_wrong_shape_or_dtype_is_reported_once() {
    let norm = "model.layers.1.input_layernorm.weight";
    let (_scratch, checkpoint) = changed(|tensors| tensors[norm]["shape"] = serde_json::json!([64]));
    let [fault] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((fault.kind, fault.subject.as_str()), (FaultKind::WrongTensor, norm));
    assert_eq!((fault.found.as_str(), fault.expected.as_str()), ("F16 [64]", "F16, BF16 or F32 [128]"));
    let (_scratch, checkpoint) = changed(|tensors| tensors[norm]["dtype"] = "I16".into());
    let [fault] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((fault.kind, fault.found.as_str()), (FaultKind::WrongTensor, "I16 [128]"));
}

#[test]
fn binding_and_inspection_report_the_same_faults() {
    let extra = serde_json::json!({"dtype": "F16", "shape": [2]});
    let (_scratch, checkpoint) = changed(|tensors| drop(tensors.insert("extra.weight".into(), extra)));
    let (bound, inspected) = (Binding::new(&checkpoint).unwrap().inventory, Inventory::of(&checkpoint, true));
    assert_eq!((bound.warnings.len(), bound.used.len()), (1, 106));
    assert_eq!((bound.warnings, bound.used), (inspected.warnings, inspected.used));
    let (_scratch, broken) = changed(|tensors| drop(tensors.remove("model.norm.weight")));
    let error = Binding::new(&broken).err().unwrap();
    assert_eq!(error.fault(), Inventory::of(&broken, false).refusal.unwrap().fault());
}

#[test]
fn weights_outlive_their_checkpoint() {
    let checkpoint = storyteller();
    let expected = checkpoint.tensor("model.embed_tokens.weight").unwrap().data.to_vec();
    let weights = Binding::new(&checkpoint).unwrap().weights;
    drop(checkpoint);
    assert_eq!(&*weights.embedding.data, expected);
    assert_eq!(weights.head.codes().as_ptr(), weights.embedding.data.as_ptr(), "a tied head is not copied");
}

#[test]
fn a_family_is_inferred_from_tensor_names() {
    let family = |names: &[&str]| {
        let tensors: Vec<_> = names.iter().map(|name| (*name, "F16", 2, &[2][..])).collect();
        let scratch = Scratch::new();
        let path = scratch.write("model.safetensors", zeros(&tensors, ""));
        Family::from_tensors(&open(&path).unwrap()).map(|family| family.name)
    };
    let q = "model.layers.0.self_attn.q_proj.weight";
    assert_eq!(family(&["model.layers.0.self_attn.qkv_proj.weight"]), Some("phi3"));
    assert_eq!(family(&["model.layers.0.self_attn.W_pack.weight"]), Some("baichuan"));
    assert_eq!(family(&[q, "model.layers.0.self_attn.q_norm.weight"]), Some("qwen3"));
    assert_eq!(family(&[q, "model.layers.0.self_attn.q_proj.bias"]), Some("qwen2"));
    assert_eq!(family(&[q]), Some("llama"));
    assert_eq!(family(&["model.layers.1.self_attn.q_proj.weight"]), None);
}

#[test]
fn a_family_that_is_not_run_is_checked_against_its_schema() {
    let (scratch, _) = changed(|tensors| {
        for n in 0..4 {
            for part in ["q_proj", "k_proj", "v_proj"] {
                tensors.retain(|name, _| !name.contains(&format!("layers.{n}.self_attn.{part}")));
            }
            let rows = if n == 3 { 16 } else { 256 };
            let fused = serde_json::json!({"dtype": "F16", "shape": [rows, 128]});
            tensors.insert(format!("model.layers.{n}.self_attn.W_pack.weight"), fused);
        }
    });
    let config = fs::read_to_string(scratch.0.join("config.json")).unwrap();
    scratch.write("config.json", config.replace("\"qwen2\"", "\"baichuan\""));
    let checkpoint = scratch.open().unwrap();
    assert_eq!(checkpoint.architecture.as_deref(), Some("baichuan"));
    let [refusal, matrix] = faults(&checkpoint).try_into().unwrap();
    assert_eq!((refusal.kind, matrix.kind), (FaultKind::UnsupportedModel, FaultKind::WrongTensor));
    assert_eq!(matrix.subject, "model.layers.3.self_attn.W_pack.weight");
}
