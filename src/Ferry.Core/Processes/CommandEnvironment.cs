using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>The environment of a command to be started: strings <c>NAME=value</c> as bytes, which need not be text.</summary>
public sealed class CommandEnvironment
{
    private readonly List<byte[]> _strings;

    /// <summary>Takes the strings as they are.</summary>
    public CommandEnvironment(IEnumerable<byte[]> strings) => _strings = [.. strings];

    /// <summary>The strings, in their order.</summary>
    public IReadOnlyList<byte[]> Strings => _strings;

    /// <summary>A variable's value; null when it is not set.</summary>
    public byte[]? Get(ReadOnlySpan<byte> name) => IndexOf(name) is >= 0 and var index ? _strings[index][(name.Length + 1)..] : null;

    /// <summary>Sets a variable, in the place of its former value.</summary>
    /// <param name="name">Without <c>=</c>.</param>
    /// <param name="value">Without NUL.</param>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        byte[] text = [.. name, (byte)'=', .. value];
        var index = IndexOf(name);
        if (index < 0)
        {
            _strings.Add(text);
            return;
        }

        _strings[index] = text;
        // Which one of two values counts differs from program to program.
        for (int other; (other = IndexOf(name, index + 1)) >= 0;)
        {
            _strings.RemoveAt(other);
        }
    }

    private int IndexOf(ReadOnlySpan<byte> name, int from = 0)
    {
        for (var i = from; i < _strings.Count; i++)
        {
            var text = _strings[i].AsSpan();
            if (text.Length > name.Length && text[name.Length] == (byte)'=' && text.StartsWith(name))
            {
                return i;
            }
        }

        return -1;
    }
}
