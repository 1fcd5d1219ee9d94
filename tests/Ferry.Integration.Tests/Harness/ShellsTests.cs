using System.Text;
using Ferry.Testing;

namespace Ferry.Integration.Tests.Harness;

public sealed class ShellsTests
{
    [RequiresTheory("bash", "zsh", "fish", "tcsh")]
    [InlineData("bash", "export A='it is'\nexport B=2; false")]
    [InlineData("zsh", "export A='it is'\nexport B=2; false")]
    [InlineData("fish", "set -gx A 'it is'\nset -gx B 2; false")]
    [InlineData("tcsh", "setenv A 'it is'\nsetenv B 2; false")]
    public void What_a_script_exports_is_read_back(string shell, string script)
    {
        var after = Shells.EnvironmentAfter(shell, script, new Dictionary<string, string?> { ["GIVEN"] = "x" });
        Assert.Equal("it is", Encoding.UTF8.GetString(after["A"]));
        Assert.Equal("2", Encoding.UTF8.GetString(after["B"]));
        Assert.Equal("x", Encoding.UTF8.GetString(after["GIVEN"]));
    }

    [RequiresFact("bash")]
    public void A_script_that_ends_the_shell_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => Shells.EnvironmentAfter("bash", "exit 0"));
}
