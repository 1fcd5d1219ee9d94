namespace Ferry.Core.Copying;

/// <summary>What a sync does with one entry of the source.</summary>
public enum EntryAction : byte
{
    /// <summary>The target has it already.</summary>
    Keep = 0,

    /// <summary>The target's copy was changed there since it was staged, the source's was not: the target's stays.</summary>
    KeepChanged,

    /// <summary>Missing or outdated on the target: read, hash, write, rename.</summary>
    Copy,

    /// <summary>
    /// The target has a file that no run recorded, newer or a job's own, or one with the source's size and time: copied if the contents are
    /// equal (then only the record is new), else a conflict.
    /// </summary>
    Adopt,

    /// <summary>Contents are the same; mode, owner or attributes are set again.</summary>
    Metadata,

    /// <summary>Recorded by a run on another boot or node: the target's bytes are hashed against the record, and copied if they differ.</summary>
    Prove,

    /// <summary>
    /// The source's status leaves open whether its contents changed: they are hashed against the record. Equal, it is as
    /// <see cref="Metadata"/>; else as <see cref="Copy"/>.
    /// </summary>
    CompareSource,

    /// <summary>The same where the target's copy was changed: then it is as <see cref="KeepChanged"/>, or else a conflict.</summary>
    CompareChanged,

    /// <summary>
    /// In mirrors: the target has a file of the same size and time, and there is no record. The source is read and hashed; the target is taken for the same,
    /// until it is verified.
    /// </summary>
    Match,

    /// <summary>Another name of a file that the target has or gets: linked.</summary>
    Link,

    /// <summary>Changed on both sides: nothing is done, the file is reported.</summary>
    Conflict,

    /// <summary>A device, socket or FIFO: reported.</summary>
    Skip,
}
