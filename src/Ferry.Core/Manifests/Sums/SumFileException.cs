namespace Ferry.Core.Manifests.Sums;

/// <summary>A manifest as text is not one, is damaged, or names what cannot be in a tree. The message names file, line and reason.</summary>
public sealed class SumFileException : IOException
{
    /// <summary>Describes what is wrong.</summary>
    /// <param name="file">What the manifest is called, for display.</param>
    /// <param name="line">Its line, counted from 1; 0 for the whole of it.</param>
    /// <param name="reason">One sentence.</param>
    public SumFileException(string file, long line, string reason)
        : base(line > 0 ? $"{file}: line {line}: {reason}" : $"{file}: {reason}")
    {
        File = file;
        Line = line;
        Reason = reason;
    }

    /// <summary>What the manifest is called.</summary>
    public string File { get; }

    /// <summary>The line, counted from 1; 0 for the whole file.</summary>
    public long Line { get; }

    /// <summary>What is wrong, without file and line.</summary>
    public string Reason { get; }
}
