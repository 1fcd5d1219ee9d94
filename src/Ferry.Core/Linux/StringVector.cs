using System.Runtime.InteropServices;

namespace Ferry.Core.Linux;

/// <summary>Strings as <c>execve</c> wants them: an array of pointers to bytes that end in NUL, itself ended by null.</summary>
internal sealed unsafe class StringVector : IDisposable
{
    private void* _memory;

    public StringVector(IReadOnlyList<byte[]> strings)
    {
        var pointers = (nuint)(strings.Count + 1) * (nuint)sizeof(byte*);
        _memory = NativeMemory.Alloc(strings.Aggregate(pointers, static (size, text) => size + (nuint)text.Length + 1));
        var next = (byte*)_memory + pointers;
        for (var i = 0; i < strings.Count; i++)
        {
            Pointers[i] = next;
            strings[i].CopyTo(new Span<byte>(next, strings[i].Length));
            next[strings[i].Length] = 0;
            next += strings[i].Length + 1;
        }

        Pointers[strings.Count] = null;
    }

    public byte** Pointers => (byte**)_memory;

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
