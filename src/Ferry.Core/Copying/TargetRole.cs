namespace Ferry.Core.Copying;

/// <summary>What a target is to its source, which decides what may be done to it.</summary>
public enum TargetRole
{
    /// <summary>Jobs work in it: what they changed or made is kept (<see cref="SyncRule"/>).</summary>
    Staged,

    /// <summary>It is to be as its source is, whatever it holds now (<see cref="MirrorRule"/>).</summary>
    Mirror,

    /// <summary>There is none: the source is only hashed.</summary>
    None,
}
