//! Remedies for conversions.

use crate::error::{Fault, FaultKind};

/// The remedy for groups that do not fit, where other sizes do.
pub fn of_groups(fault: &Fault) -> String {
    format!("give --group-size {}", fault.expected.trim_start_matches("groups of "))
}

/// Remedies that depend only on the kind of fault.
pub fn of_conversion(kind: FaultKind) -> Option<&'static str> {
    use FaultKind::*;
    Some(match kind {
        NothingToConvert => "give --quantize awq or --quantize rtn to quantize an original checkpoint",
        AlreadyQuantized => "omit --quantize to convert it, or give the original checkpoint",
        NotExpressible => "give --to compressed-tensors",
        GroupsDoNotFit => "give another model, because no group size divides the inputs of this layer",
        WrittenDiffers => "check the disk and the memory of this machine, and run the command again",
        NotAConversion => "give another directory, or remove this one",
        NotADirectory => "give the path of a new directory",
        OutputInsideSource => "give a directory outside of it",
        NotEnoughSpace => "free disk space, or give a directory on another disk",
        UnfinishedConversion => "remove the directory, and convert again",
        ScaleOverflow => "look at its values with `rumma inspect MODEL --stats`, or use another version of the model",
        NotFiniteValues => "compare the files with `rumma verify MODEL`, or use another version of the model",
        _ => return None,
    })
}
