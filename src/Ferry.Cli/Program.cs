namespace Ferry.Cli;

internal static class Program
{
    private static int Main(string[] args) => new App(Output.Terminal.CreateContext()).Run(args);
}
