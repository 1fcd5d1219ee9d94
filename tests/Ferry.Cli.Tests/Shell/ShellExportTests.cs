using System.Text;
using Ferry.Cli.Shell;
using Ferry.Cli.Tests.Support;
using Ferry.Testing;

namespace Ferry.Cli.Tests.Shell;

public sealed class ShellExportTests
{
    [Theory]
    [InlineData("Bash", "/scratch/x", "export HF_HOME=/scratch/x\n")]
    [InlineData("Zsh", "/scratch/a b", "export HF_HOME='/scratch/a b'\n")]
    [InlineData("Bash", "it's", "export HF_HOME='it'\\''s'\n")]
    [InlineData("Bash", "a\nb", "export HF_HOME=$'a\\012b'\n")]
    [InlineData("Bash", "", "export HF_HOME=''\n")]
    [InlineData("Bash", "/scratch/müller", "export HF_HOME='/scratch/müller'\n")]
    [InlineData("Fish", "/scratch/x", "set -gx HF_HOME /scratch/x;\n")]
    [InlineData("Fish", "a'b\n", "set -gx HF_HOME 'a\\'b'\\X0a'';\n")]
    [InlineData("Tcsh", "/scratch/x", "setenv HF_HOME /scratch/x;\n")]
    [InlineData("Tcsh", "a b", "setenv HF_HOME a$'\\040'b;\n")]
    public void Is_readable_where_it_can_be(string shell, string value, string expected) =>
        Assert.Equal(expected, Line(Enum.Parse<ShellKind>(shell), "HF_HOME", Encoding.UTF8.GetBytes(value)));

    [Theory]
    [InlineData("1A")]
    [InlineData("A;reboot")]
    [InlineData("")]
    public void Refuses_names_that_are_no_variables(string name) =>
        Assert.Throws<ArgumentException>(() => Line(ShellKind.Bash, name, "x"u8));

    [Fact]
    public void Refuses_NUL() => Assert.Throws<ArgumentException>(() => Line(ShellKind.Bash, "A", "a\0b"u8));

    [RequiresTheory("bash")]
    [InlineData("C.UTF-8")]
    [InlineData("C")]
    public void Bash_gets_every_byte(string locale) => RoundTrip(ShellKind.Bash, "eval \"$(cat exports)\"\nenv -0\n", locale);

    [RequiresTheory("zsh")]
    [InlineData("C.UTF-8")]
    [InlineData("C")]
    public void Zsh_gets_every_byte(string locale) => RoundTrip(ShellKind.Zsh, "eval \"$(cat exports)\"\nenv -0\n", locale);

    [RequiresTheory("zsh")]
    [InlineData("setopt rc_quotes extended_glob magic_equal_subst")]
    [InlineData("emulate sh")]
    public void Zsh_options_change_nothing(string options) =>
        RoundTrip(ShellKind.Zsh, options + "\neval \"$(cat exports)\"\nenv -0\n", "C.UTF-8");

    [RequiresTheory("fish")]
    [InlineData("cat exports | source", "C.UTF-8")]
    [InlineData("cat exports | source", "C")]
    [InlineData("eval (cat exports)", "C.UTF-8")]
    [InlineData("eval (cat exports)", "C")]
    public void Fish_gets_every_byte(string command, string locale) => RoundTrip(ShellKind.Fish, command + "\nenv -0\n", locale);

    [RequiresTheory("tcsh")]
    [InlineData("eval `cat exports`", "C.UTF-8")]
    [InlineData("eval `cat exports`", "C")]
    public void Tcsh_gets_every_byte(string command, string locale) => RoundTrip(ShellKind.Tcsh, command + "\nenv -0\n", locale);

    [RequiresTheory("tcsh")]
    [InlineData("eval \"`cat exports`\"")]
    [InlineData("set backslash_quote\neval `cat exports`")]
    [InlineData("set noglob\neval `cat exports`")]
    public void Tcsh_options_change_nothing(string command) => RoundTrip(ShellKind.Tcsh, command + "\nenv -0\n", "C.UTF-8", every: 7);

    private static void RoundTrip(ShellKind shell, string script, string locale, int every = 1)
    {
        using var directory = new TempDirectory();
        // A pattern that is not quoted would find these.
        foreach (var name in (string[])["a", "b", "ab", "~", "a b", "x[1]"])
            directory.Write(name, "");
        foreach (var batch in HostileValues.All().Where((_, i) => i % every == 0).Chunk(250))
        {
            using (var file = File.Create(directory.At("exports")))
            {
                for (var i = 0; i < batch.Length; i++)
                    ShellExport.Write(shell, file, NameOf(i), batch[i]);
            }
            var result = ShellProcess.Run(ShellKinds.Names[(int)shell], script, directory.Path, locale);
            var variables = result.Text.Length == 0 ? [] : Variables(result.Out);
            for (var i = 0; i < batch.Length; i++)
            {
                Assert.True(
                    variables.TryGetValue(NameOf(i), out var got) && got == Convert.ToHexString(batch[i]),
                    $"{Convert.ToHexString(batch[i])} arrived as {got}\n{Line(shell, NameOf(i), batch[i])}\n{result.Error}");
            }
        }
    }

    // Fish treats variables whose names end in PATH as lists.
    private static string NameOf(int i) => i % 2 == 0 ? $"V{i}" : $"V{i}PATH";

    private static Dictionary<string, string> Variables(byte[] environment)
    {
        var variables = new Dictionary<string, string>();
        var rest = environment.AsSpan();
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            var entry = rest[..end];
            var equals = entry.IndexOf((byte)'=');
            variables[Encoding.Latin1.GetString(entry[..equals])] = Convert.ToHexString(entry[(equals + 1)..]);
            rest = rest[(end + 1)..];
        }
        return variables;
    }

    private static string Line(ShellKind shell, string name, ReadOnlySpan<byte> value)
    {
        using var output = new MemoryStream();
        ShellExport.Write(shell, output, name, value);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
