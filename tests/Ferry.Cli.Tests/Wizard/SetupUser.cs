using Ferry.Cli.Tests.Support;
using Ferry.Cli.Wizard;

namespace Ferry.Cli.Tests.Wizard;

/// <summary>Somebody at a terminal who answers the questions of the wizard.</summary>
internal sealed class SetupUser : IDisposable
{
    public SetupUser()
    {
        Context.Home.Write("home/.cache/huggingface/hub/model", "weights");
        Context.Home.MakeDirectory("home/.cache/pip");
        Context.Environment.Variables["SCRATCH"] = Context.Home.MakeDirectory("scratch");
    }

    public TestContext Context { get; } = new();

    public TestTerminal Terminal { get; } = new();

    /// <summary>Whether the terminal knows escape sequences.</summary>
    public bool CanMove { get; set; } = true;

    /// <summary>What is on the terminal, and what was there.</summary>
    public string Screen => Terminal.Screen;

    public string Config => File.ReadAllText(Context.ConfigPath);

    public bool IsWritten => Directory.Exists(Context.Home.At("home/.config"));

    /// <summary>Types lines: each is ended by Enter.</summary>
    public SetupUser Answer(params string[] lines)
    {
        foreach (var line in lines)
        {
            Terminal.Type(line);
            Terminal.Press(ConsoleKey.Enter);
        }
        return this;
    }

    /// <summary>Presses keys.</summary>
    public SetupUser Press(params ConsoleKey[] keys)
    {
        foreach (var key in keys)
            Terminal.Press(key);
        return this;
    }

    public int Run(bool replace = false, MeasureTree? measure = null) =>
        InitWizard.Run(Context.Command, measure ?? Trees.Measure, Context.ConfigPath, replace, Terminal.Console(CanMove));

    public void Dispose()
    {
        Terminal.Dispose();
        Context.Dispose();
    }
}
