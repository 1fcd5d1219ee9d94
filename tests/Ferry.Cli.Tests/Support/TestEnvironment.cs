namespace Ferry.Cli.Tests.Support;

/// <summary>An environment that holds what a test puts into it.</summary>
internal sealed class TestEnvironment(string home) : IHostEnvironment
{
    public Dictionary<string, string> Variables { get; } = [];

    public string Home { get; } = home;

    public string? WorkingDirectory { get; set; } = home;

    public string UserName { get; set; } = "jdoe";

    public string HostName { get; set; } = "node17";

    public string? ProcessPath { get; set; } = "/opt/ferry/bin/ferry";

    public string? ParentProgram { get; set; }

    public IReadOnlyList<byte[]> RawArguments { get; set; } = [];

    public IReadOnlyList<byte[]> RawVariables =>
        [.. Variables.Select(variable => System.Text.Encoding.UTF8.GetBytes($"{variable.Key}={variable.Value}"))];

    public string? Get(string name) => Variables.GetValueOrDefault(name);
}
