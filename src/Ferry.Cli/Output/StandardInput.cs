using System.Text;

namespace Ferry.Cli.Output;

/// <summary>Standard input as lines; opened when the first is asked for.</summary>
internal sealed class StandardInput(Func<Stream> open) : TextReader
{
    private StreamReader? _reader;

    public override string? ReadLine() => (_reader ??= new StreamReader(open(), new UTF8Encoding(false), false, 256)).ReadLine();
}
