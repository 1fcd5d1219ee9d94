using Spectre.Console;
using Spectre.Console.Rendering;

namespace Ferry.Cli.Wizard.Prompts;

/// <summary>A console whose keys come from elsewhere.</summary>
internal sealed class PromptConsole(IAnsiConsole console, IAnsiConsoleInput input) : IAnsiConsole
{
    public Profile Profile => console.Profile;

    public IAnsiConsoleCursor Cursor => console.Cursor;

    public IAnsiConsoleInput Input => input;

    public IExclusivityMode ExclusivityMode => console.ExclusivityMode;

    public RenderPipeline Pipeline => console.Pipeline;

    public void Clear(bool home) => console.Clear(home);

    public void Write(IRenderable renderable) => console.Write(renderable);
}
