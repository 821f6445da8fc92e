//! Warnings about quantized layers, above all where they disagree with the quantization configuration. The layers win.

use std::collections::BTreeSet;

use super::formats::{Format, LinearInfo, QuantizedLayers};
use super::groups::grouped;
use super::runnable::MissingOrder;
use crate::checkpoint::{Checkpoint, LayerSettings, Quantization};
use crate::error::{Fault, FaultKind};

/// The faults of quantized layers, and their disagreements with the configuration. Faults that differ only in file and
/// subject are merged.
pub fn quantization_warnings(checkpoint: &Checkpoint, layers: &QuantizedLayers) -> Vec<Fault> {
    grouped(layers.faults.values().cloned().chain(disagreements(checkpoint, layers)))
}

/// One fault for each layer and each setting of the configuration that it disagrees with.
fn disagreements(checkpoint: &Checkpoint, layers: &QuantizedLayers) -> Vec<Fault> {
    if let Some(quantization) = checkpoint.quantization() {
        let mut faults = mismatches(quantization, &layers.found, !layers.foreign.is_empty());
        if quantization.method.is_empty() {
            faults.extend(assumed_v1(checkpoint, layers).filter(|_| quantization.checkpoint_format.is_none()));
        }
        return faults;
    }
    assumed_v1(checkpoint, layers).collect()
}

fn assumed_v1(checkpoint: &Checkpoint, layers: &QuantizedLayers) -> impl Iterator<Item = Fault> {
    let v1 = layers.found.iter().filter(|info| info.format == Format::GptqV1);
    v1.map(|info| Fault::new(FaultKind::AssumedGptqV1, &checkpoint.path).subject(&info.name))
}

/// `has_foreign`: whether there are layers in a format that is only named.
fn mismatches(quantization: &Quantization, layers: &[LinearInfo], has_foreign: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut compare = |configured: &str, found: &dyn Fn(&LinearInfo) -> Option<String>| {
        faults.extend(layers.iter().filter_map(|info| {
            let found = found(info)?;
            let fault = Fault::new(FaultKind::QuantizationMismatch, &quantization.path).subject(&info.name);
            Some(fault.found(found).expected(configured))
        }));
    };
    let checkpoint_format =
        quantization.checkpoint_format.as_ref().map(|name| format!("with checkpoint_format {name}"));
    let layout = [Some(quantization.method.as_str()), quantization.version.as_deref(), checkpoint_format.as_deref()];
    compare(&layout.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "), &|info| {
        (!info.format.is_named_by(quantization)).then(|| info.format.to_string())
    });
    // The configurations of 8-bit formats have no bits and no group size.
    let is_packed = |info: &LinearInfo| {
        quantization.is_described() && !matches!(info.format, Format::Fp8 | Format::Int8 | Format::BitsAndBytesInt8)
    };
    // Which layer has which of several settings is a pattern of the tool that wrote them; here, each of them counts.
    let settings = &quantization.layers;
    let group_size = |size: Option<usize>| size.map_or("one group".into(), |size| format!("group_size {size}"));
    compare(&any_of(settings.iter().map(|layer| format!("{} bits", layer.bits))), &|info| {
        let differs = is_packed(info) && settings.iter().all(|layer| layer.bits != info.bits);
        differs.then(|| format!("{} bits", info.bits))
    });
    compare(&any_of(settings.iter().map(|layer| group_size(layer.group_size))), &|info| {
        let expected = |layer: &LayerSettings| layer.group_size.unwrap_or(info.inputs).min(info.inputs);
        let differs = is_packed(info) && settings.iter().all(|layer| expected(layer) != info.group_size);
        differs.then(|| format!("group_size {}", info.group_size))
    });
    if settings.iter().all(|layer| layer.zero_point == Some(true)) {
        compare("zero_point true", &|info| (!info.zero_point).then(|| "no zero points".into()));
    }
    compare("a g_idx for layers with desc_act or actorder", &|info| {
        (info.missing_order(quantization) == MissingOrder::Disputed).then(|| "no g_idx".into())
    });
    // Tools match these names differently, but every tool matches whole components of a module's name.
    for module in &quantization.modules_to_not_convert {
        compare(&format!("{module} not quantized"), &|info| {
            let is_listed = format!(".{}.", info.name).contains(&format!(".{module}."));
            is_listed.then(|| format!("{} bits", info.bits))
        });
    }
    if quantization.method.is_empty() {
        let formats = any_of(layers.iter().map(|info| info.format.to_string()));
        let fault =
            Fault::new(FaultKind::MissingQuantMethod, &quantization.path).subject("quant_method").found(formats);
        faults.extend((!layers.is_empty()).then_some(fault));
    }
    if layers.is_empty() && !has_foreign {
        faults.push(Fault::new(FaultKind::NoQuantizedLayer, &quantization.path).expected(&quantization.method));
    }
    faults
}

/// Different texts, joined by `or`.
fn any_of(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    let mut seen = BTreeSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    texts.join(" or ")
}
