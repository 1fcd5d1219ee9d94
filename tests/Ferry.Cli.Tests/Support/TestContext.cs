using System.Text;
using Ferry.Cli.Config;
using Ferry.Core.Processes;

namespace Ferry.Cli.Tests.Support;

/// <summary>A command's world in a temporary home directory.</summary>
internal sealed class TestContext : IDisposable
{
    private readonly MemoryStream _bytes = new();

    /// <param name="answers">What the person types; null: nobody is there.</param>
    /// <param name="processes">Runs tools; null: the real ones.</param>
    public TestContext(string? answers = null, IProcessRunner? processes = null)
    {
        Environment = new TestEnvironment(Home.MakeDirectory("home"));
        Command = new CommandContext
        {
            Environment = Environment,
            Out = OutWriter,
            Error = ErrorWriter,
            OutBytes = _bytes,
            In = new StringReader(answers ?? ""),
            IsInteractive = answers is not null,
            Processes = processes ?? new ProcessRunner(),
        };
    }

    /// <summary>Holds <c>home</c>, and whatever else the test makes.</summary>
    public TempDirectory Home { get; } = new();

    public TestEnvironment Environment { get; }

    public CommandContext Command { get; }

    public string Out => OutWriter + Encoding.UTF8.GetString(_bytes.ToArray());

    public string Error => ErrorWriter.ToString();

    public string ConfigPath => Home.At("home/.config/ferry/config.yaml");

    private StringWriter OutWriter { get; } = new();

    private StringWriter ErrorWriter { get; } = new();

    public string WriteConfig(string text) => Home.Write("home/.config/ferry/config.yaml", text);

    public FerryConfig Load(ConfigFlags? flags = null) => ConfigLoader.Load(Environment, Command.Files, flags ?? new ConfigFlags());

    public Workloads.Caches.CacheSettings Resolve(ConfigFlags? flags = null) =>
        new SettingsResolver(Load(flags), Environment, Command.Files).Resolve();

    public void Dispose() => Home.Dispose();
}
