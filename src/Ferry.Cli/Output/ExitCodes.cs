namespace Ferry.Cli.Output;

/// <summary>Exit codes; docs/exit-codes.md promises them.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Something failed or differs; what was done is listed.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong; nothing was done.</summary>
    public const int Usage = 2;
}
